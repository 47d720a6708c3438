// AWS's runtime client for runtimes up to nodejs22.x, started as its `bootstrap` starts it.
import { run } from 'aws-lambda-ric-3';

await run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
