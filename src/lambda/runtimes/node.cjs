// Lifeboat's runtime client for Node.js functions: takes invocations from the runtime API, runs the
// handler, posts what came of it. One file without dependencies, for Node.js 18 and newer.
//
// It behaves as AWS's own client of the runtime that the function asks for does, whichever Node.js
// runs it: up to nodejs22.x callbacks and context.done and its like end an invocation, from
// nodejs24.x on they are gone (Lambda Developer Guide, "Lambda function handler in Node.js").
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const util = require('util');
const { pathToFileURL } = require('url');

const env = process.env;
const asked = /^AWS_Lambda_nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV || '');
const hasCallbacks = asked !== null && Number(asked[1]) < 24;
const exitStatus = hasCallbacks ? { exception: 129, rejection: 128 } : { exception: 1, rejection: 1 };
const noRequest = hasCallbacks ? 'undefined' : '-';

// ---- Errors ----

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    Object.defineProperty(this, 'name', { value: `Runtime.${name}`, enumerable: !hasCallbacks });
  }
}

/// The stack down to this file's first frame.
function stackOf(error) {
  const lines = String(error.stack).split('\n');
  const own = lines.findIndex((line) => /^\s+at /.test(line) && line.includes(__filename));
  return own < 0 ? lines : lines.slice(0, own);
}

function isError(value) {
  return util.types.isNativeError(value) ||
    (typeof value === 'object' && value !== null && typeof value.name === 'string' &&
     typeof value.message === 'string' && typeof value.stack === 'string');
}

/// What the runtime API is told of a thrown or rejected value.
function describe(thrown) {
  const escape = (text) => String(text).replaceAll('\x7F', '%7F');
  try {
    if (!isError(thrown)) {
      return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
    }
    return {
      errorType: escape(thrown.name),
      errorMessage: escape(thrown.message),
      trace: stackOf(thrown).map(escape),
    };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'callback called with Error argument, but there was a problem while ' +
        'retrieving one or more of its message, name, and stack',
    };
  }
}

/// The same for the log: with every member that the error carries, errors among them.
function describeForLog(key, value) {
  if (!isError(value)) return value;
  return { errorType: value.name, errorMessage: value.message, code: value.code, ...value,
           stack: stackOf(value) };
}

// ---- Log ----

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const logsJson = (env.AWS_LAMBDA_LOG_FORMAT || '').toUpperCase() === 'JSON';
const wantedLevel = levels.indexOf((env.AWS_LAMBDA_LOG_LEVEL || '').toUpperCase());
let requestId = noRequest;

/// Whole and at once, so that nothing is lost when the process ends.
function writeOut(text) {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}

function formatJson(level, values) {
  const nameMembers = (error) => (
    { errorType: error.name, errorMessage: error.message, stackTrace: stackOf(error) });
  const line = { timestamp: new Date().toISOString(), level };
  if (requestId !== noRequest) line.requestId = requestId;
  if (values.length === 1) {
    line.message = values[0];
    try {
      return JSON.stringify(line, (key, value) => isError(value) ? nameMembers(value) : value);
    } catch { /* It has no JSON: as text. */ }
  }
  line.message = util.format(...values);
  const error = values.find(isError);
  return JSON.stringify(error && values.length > 1 ? { ...line, ...nameMembers(error) } : line);
}

function log(level, values) {
  if (levels.indexOf(level) < wantedLevel) return;
  const text = logsJson
    ? formatJson(level, values)
    : `${new Date().toISOString()}\t${requestId}\t${level}\t${util.format(...values)}`
        .replaceAll('\n', '\r');
  writeOut(text + '\n');
}

function logError(what, error) {
  const whole = isError(error) ? error : new Error(util.format(error));
  if (logsJson) return log('ERROR', [whole]);
  let details;
  try {
    details = JSON.stringify(whole, describeForLog);
  } catch {
    details = JSON.stringify(describe(whole));
  }
  log('ERROR', [`${what} \t${details}`]);
}

function patchConsole() {
  for (const level of levels) {
    console[level.toLowerCase()] = (...values) => log(level, values);
  }
  console.log = console.info;
}

// ---- Runtime API ----

const apiUrl = new URL(`http://${env.AWS_LAMBDA_RUNTIME_API}`);
const agent = new http.Agent({ keepAlive: true });
const { request: httpRequest } = http;  // Before a function wraps it.
const errorTypeHeader = 'Lambda-Runtime-Function-Error-Type';

function open(method, target, headers, onAnswer) {
  const call = httpRequest({
    method, headers, agent, host: apiUrl.hostname, port: apiUrl.port,
    path: `/2018-06-01/runtime/${target}`,
  }, (answer) => {
    const parts = [];
    answer.on('data', (part) => parts.push(part));
    answer.on('end', () => onAnswer(answer, Buffer.concat(parts)));
  });
  // Without its runtime API an environment is of no use to anyone.
  call.on('error', () => realExit(1));
  return call;
}

function post(target, body, headers, then) {
  const bytes = Buffer.from(body);
  open('POST', target, { 'Content-Type': 'application/json', 'Content-Length': bytes.length,
                         ...headers }, then).end(bytes);
}

function postError(target, error, then) {
  const what = describe(error);
  // A header takes no line feeds, and no letters beyond Latin-1.
  const type = String(what.errorType).replace(/[^\x20-\x7E]/g, '?');
  post(target, JSON.stringify(what), { [errorTypeHeader]: type }, then);
}

const realExit = process.exit.bind(process);

// ---- Streaming ----

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
const highWaterMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const beforeFirstWrite = Symbol('beforeFirstWrite');

class HttpResponseStream {
  /// Status and headers go before the body: as JSON, with eight NUL bytes behind.
  static from(stream, prelude) {
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    stream[beforeFirstWrite] = () => JSON.stringify(prelude) + '\0'.repeat(8);
    return stream;
  }
}

function installAwslambda() {
  if (['1', 'true'].includes(env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) return;
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[streaming] = 'response';
      if (options?.highWaterMark !== undefined) {
        handler[highWaterMark] = parseInt(options.highWaterMark, 10);
      }
      return handler;
    },
    HttpResponseStream,
  };
}

/// A stream whose bytes are the answer, and what ends it with an error instead.
function openAnswer(id, onAnswered) {
  const call = open('POST', `invocation/${id}/response`, {
    'Content-Type': 'application/octet-stream',
    'Lambda-Runtime-Function-Response-Mode': 'streaming',
    'Transfer-Encoding': 'chunked',
    'Trailer': `${errorTypeHeader}, Lambda-Runtime-Function-Error-Body`,
  }, onAnswered);
  call.setContentType = (type) => call.setHeader('Content-Type', type);
  const [write, end] = [call.write.bind(call), call.end.bind(call)];
  const writeFirst = () => {
    const first = call[beforeFirstWrite];
    delete call[beforeFirstWrite];
    if (first) write(first());
  };
  const toBytes = (chunk) => (typeof chunk === 'string' || chunk instanceof Uint8Array)
    ? chunk : JSON.stringify(chunk);
  call.write = (chunk, ...rest) => { writeFirst(); return write(toBytes(chunk), ...rest); };
  call.end = (chunk, ...rest) => {
    writeFirst();
    return chunk === undefined || chunk === null || typeof chunk === 'function'
      ? end(chunk, ...rest) : end(toBytes(chunk), ...rest);
  };
  const fail = (error) => {
    const what = describe(error);
    call.addTrailers({
      [errorTypeHeader]: String(what.errorType).replace(/[^\x20-\x7E]/g, '?'),
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(what)).toString('base64'),
    });
    end();
  };
  return { stream: call, fail };
}

// ---- Handler ----

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/// Whether the package.json that governs the folder says so.
function isModuleFolder(folder) {
  for (let at = folder; path.basename(at) !== 'node_modules'; at = path.dirname(at)) {
    const file = path.join(at, 'package.json');
    if (isFile(file)) {
      try {
        return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
      } catch {
        return false;
      }
    }
    if (at === path.dirname(at)) return false;
  }
  return false;
}

/// The module that `name` in `folder` stands for, in the order in which Lambda looks.
function loadModule(root, folder, name) {
  const file = path.resolve(root, folder, name);
  const load = (found) => require(found);
  const importIt = (found) => import(pathToFileURL(found).href);
  // Without an extension, or a folder, which cannot be imported.
  if (fs.existsSync(file)) return hasCallbacks ? load(file) : importIt(file);
  if (isFile(`${file}.js`)) {
    return isModuleFolder(path.dirname(file)) ? importIt(`${file}.js`) : load(`${file}.js`);
  }
  if (isFile(`${file}.mjs`)) return importIt(`${file}.mjs`);
  if (isFile(`${file}.cjs`)) return load(`${file}.cjs`);
  return load(require.resolve(name, { paths: [root, path.join(root, folder)] }));
}

/// An error of loading under the name that Lambda gives it.
function renameLoadError(error) {
  if (error instanceof SyntaxError) return new RuntimeError('UserCodeSyntaxError', String(error));
  if (error?.code === 'MODULE_NOT_FOUND') {
    // Up to nodejs22.x the runtime's own file ends the list.
    const lines = String(error).split('\n');
    const own = lines.findIndex((line) => line.includes(__filename));
    if (own >= 0 && !hasCallbacks) lines.splice(own, 1);
    return new RuntimeError('ImportModuleError', lines.join('\n'));
  }
  return error;
}

async function loadHandler(root, text) {
  if (text.includes('..')) {
    throw new RuntimeError('MalformedHandlerName', `'${text}' is not a valid handler name. Use ` +
      'absolute paths when specifying root directories in handler names.');
  }
  const base = path.basename(text);
  const dot = base.indexOf('.');
  if (dot < 0) throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  const folder = text.slice(0, text.length - base.length);
  let found;
  try {
    found = await loadModule(root, folder, base.slice(0, dot));
  } catch (error) {
    throw renameLoadError(error);
  }
  for (const name of base.slice(dot + 1).split('.')) found = found?.[name];
  if (found === undefined || found === null) {
    throw new RuntimeError('HandlerNotFound', `${text} is undefined or not exported`);
  }
  if (typeof found !== 'function') {
    throw new RuntimeError('HandlerNotFound', `${text} is not a function`);
  }
  if (!hasCallbacks && found.length >= 3 && found[streaming] === undefined) {
    throw new RuntimeError('CallbackHandlerDeprecated', 'ERROR: AWS Lambda has removed support ' +
      'for callback-based function handlers starting with Node.js 24. You need to modify this ' +
      'function to use a supported handler signature to use Node.js 24 or later. For more ' +
      'information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.');
  }
  return found;
}

// ---- Invocations ----

/// What runs when nothing is left to do: an invocation without an answer ends so, up to nodejs22.x.
let onEmptyLoop = null;
/// The invocation that an uncaught error is told of; null: initialisation.
let running = null;

function parseHeader(value) {
  return value === undefined ? undefined : JSON.parse(value);
}

function makeContext(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const context = {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parseHeader(headers['lambda-runtime-client-context']),
    identity: parseHeader(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  if (!hasCallbacks) context.xRayTraceId = headers['lambda-runtime-trace-id'];
  return context;
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? '';
  } catch {
    const error = new Error('Unable to stringify response body');
    if (!hasCallbacks) error.name = 'Runtime.JSONStringifyError';
    throw error;
  }
}

/// Ends the invocation once; later tries do nothing.
function makeEnds(id, next) {
  let ended = false;
  const once = (end) => (value) => {
    if (ended) return;
    ended = true;
    onEmptyLoop = null;
    end(value);
  };
  const postFailure = (error) => {
    logError('Invoke Error', error);
    postError(`invocation/${id}/error`, error, next);
  };
  const postResult = (result) => {
    let body;
    try {
      body = stringify(result);
    } catch (error) {
      return postFailure(error);
    }
    post(`invocation/${id}/response`, body, {}, next);
  };
  return { succeed: once(postResult), fail: once(postFailure) };
}

function isPromise(value) {
  return typeof value?.then === 'function';
}

/// Gives the context its old members, and returns the handler's callback.
function addCallbacks(context, ends) {
  const isNone = (error) => error === undefined || error === null;
  context.callbackWaitsForEmptyEventLoop = true;
  context.done = (error, result) => isNone(error) ? ends.succeed(result) : ends.fail(error);
  context.succeed = (result) => ends.succeed(result);
  context.fail = (error) => ends.fail(error ?? 'handled');
  let called = false;
  return (error, result) => {
    if (called) return;
    called = true;
    if (!isNone(error) || !context.callbackWaitsForEmptyEventLoop) return context.done(error, result);
    onEmptyLoop = () => ends.succeed(result);
  };
}

/// As runtimes up to nodejs22.x end an invocation: by a promise, a callback, or the empty loop.
function runOld(handler, event, context, next) {
  const ends = makeEnds(context.awsRequestId, next);
  onEmptyLoop = () => ends.succeed(null);
  const callback = addCallbacks(context, ends);
  const { done, fail } = context;  // A function may put others in their place.
  let result;
  try {
    result = handler(event, context, callback);
  } catch (error) {
    return done(error);
  }
  if (isPromise(result)) result.then(ends.succeed, fail);
}

async function runNew(handler, event, context, next) {
  const ends = makeEnds(context.awsRequestId, next);
  let result;
  try {
    result = handler(event, context);
    if (isPromise(result)) result = await result;
  } catch (error) {
    return ends.fail(error);
  }
  ends.succeed(result);
}

function runStreaming(handler, event, context, next) {
  const nextWhenIdle = () => {
    if (!hasCallbacks || !context.callbackWaitsForEmptyEventLoop) return next();
    onEmptyLoop = next;
  };
  if (hasCallbacks) context.callbackWaitsForEmptyEventLoop = true;
  const { stream, fail } = openAnswer(context.awsRequestId, nextWhenIdle);
  const onError = (error) => {
    logError('Invoke Error', error);
    fail(error);
  };
  try {
    const result = handler(event, stream, context);
    if (!isPromise(result)) throw new Error('Streaming does not support non-async handlers.');
    result.then(() => { if (!stream.writableEnded) stream.end(); }, onError);
  } catch (error) {
    onError(error);
  }
}

function loop(handler) {
  const runNormally = hasCallbacks ? runOld : runNew;
  const run = handler[streaming] === 'response' ? runStreaming : runNormally;
  const next = () => {
    requestId = noRequest;
    open('GET', 'invocation/next', {}, (answer, body) => {
      if (answer.statusCode !== 200) realExit(1);
      const trace = answer.headers['lambda-runtime-trace-id'];
      if (trace) env._X_AMZN_TRACE_ID = trace;
      else delete env._X_AMZN_TRACE_ID;
      requestId = running = answer.headers['lambda-runtime-aws-request-id'];
      let event, context;
      try {
        context = makeContext(answer.headers);
        event = JSON.parse(body);
      } catch (error) {
        return makeEnds(requestId, next).fail(error);
      }
      run(handler, event, context, next);
    }).end();
  };
  next();
}

// ---- Ends ----

/// Reports what nobody caught, and ends the process. From nodejs24.x on a rejection goes Node's way.
function watchUncaught() {
  const report = (what, status) => (error) => {
    logError(what, error);
    const target = running === null ? 'init/error' : `invocation/${running}/error`;
    postError(target, error, () => realExit(status));
  };
  if (!hasCallbacks) return;
  process.on('uncaughtException', report('Uncaught Exception', exitStatus.exception));
  const reportRejection = report('Unhandled Promise Rejection', exitStatus.rejection);
  process.on('unhandledRejection', (reason, promise) => {
    const error = new RuntimeError('UnhandledPromiseRejection', String(reason));
    Object.assign(error, { reason, promise });
    reportRejection(error);
  });
  process.on('beforeExit', () => {
    const empty = onEmptyLoop;
    onEmptyLoop = null;
    if (empty) setImmediate(empty);
  });
}

async function main() {
  patchConsole();
  installAwslambda();
  watchUncaught();
  try {
    loop(await loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER));
  } catch (error) {
    logError(hasCallbacks ? 'Uncaught Exception' : 'Init Error', error);
    postError('init/error', error, () => realExit(exitStatus.exception));
  }
}

main();
