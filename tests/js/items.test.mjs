import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import {
  BatchWriteItemCommand, ConditionalCheckFailedException, GetItemCommand, PutItemCommand, ResourceNotFoundException,
  TransactWriteItemsCommand, TransactionCanceledException, paginateScan,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand, TransactGetCommand, UpdateCommand, paginateQuery,
} from '@aws-sdk/lib-dynamodb'
import { client, documents, makeTable } from './support.mjs'

const TableName = 'js-items'

before(() => makeTable(TableName, { sortKey: true }))

test('every type survives the way there and back', async () => {
  const Item = {
    pk: { S: 'types' }, sk: { S: '1' }, s: { S: 'é€😀' }, n: { N: '-12345678901234567890.5' },
    b: { B: Uint8Array.from([0, 255, 128]) }, yes: { BOOL: true }, nil: { NULL: true }, empty: { S: '' },
    m: { M: { l: { L: [{ N: '1' }, { S: 'x' }, { M: {} }] } } }, ss: { SS: ['a', 'b'] }, ns: { NS: ['1', '2.5'] },
    bs: { BS: [Uint8Array.from([1]), Uint8Array.from([2])] },
  }
  await client.send(new PutItemCommand({ TableName, Item }))
  const got = await client.send(new GetItemCommand({ TableName, Key: { pk: Item.pk, sk: Item.sk }, ConsistentRead: true }))
  assert.deepEqual(got.Item, Item)
})

test('the document client marshals both ways', async () => {
  const Item = { pk: 'doc', sk: '1', n: 1.5, list: [1, 'two', null, { deep: true }], set: new Set(['a', 'b']), gone: undefined }
  await documents.send(new PutCommand({ TableName, Item }))
  const got = await documents.send(new GetCommand({ TableName, Key: { pk: 'doc', sk: '1' } }))
  delete Item.gone
  assert.deepEqual(got.Item, Item)
})

test('updates and deletes answer what was asked for', async () => {
  const Key = { pk: 'update', sk: '1' }
  const counted = await documents.send(new UpdateCommand({
    TableName, Key, UpdateExpression: 'ADD n :one SET #l = list_append(if_not_exists(#l, :none), :more)',
    ExpressionAttributeNames: { '#l': 'list' }, ExpressionAttributeValues: { ':one': 1, ':none': [], ':more': ['x'] },
    ReturnValues: 'ALL_NEW',
  }))
  assert.deepEqual(counted.Attributes, { ...Key, n: 1, list: ['x'] })
  const gone = await documents.send(new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }))
  assert.deepEqual(gone.Attributes, counted.Attributes)
})

test('failures are the classes that the SDK has for them', async () => {
  const Item = { pk: { S: 'once' }, sk: { S: '1' } }
  await client.send(new PutItemCommand({ TableName, Item }))
  const again = new PutItemCommand({
    TableName, Item, ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  await assert.rejects(client.send(again), (error) => {
    assert.ok(error instanceof ConditionalCheckFailedException)
    assert.equal(error.message, 'The conditional request failed')
    assert.deepEqual(error.Item, Item)
    assert.match(error.$metadata.requestId, /^[0-9A-Z]{52}$/)
    return error.$metadata.httpStatusCode === 400
  })
  await assert.rejects(client.send(new GetItemCommand({ TableName: 'js-absent', Key: Item })), ResourceNotFoundException)
  const mistake = new PutItemCommand({ TableName, Item: { pk: { S: 'x' } } })
  await assert.rejects(client.send(mistake), { name: 'ValidationException' })
})

test('a cancelled transaction tells the reason of each action', async () => {
  const put = (sk, ConditionExpression) => ({ Put: { TableName, Item: { pk: { S: 'tx' }, sk: { S: sk } }, ConditionExpression } })
  await client.send(new TransactWriteItemsCommand({ TransactItems: [put('1'), put('2')] }))
  const failing = new TransactWriteItemsCommand({ TransactItems: [put('3'), put('1', 'attribute_not_exists(pk)')] })
  await assert.rejects(client.send(failing), (error) => {
    assert.ok(error instanceof TransactionCanceledException)
    assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ['None', 'ConditionalCheckFailed'])
    return true
  })
  const got = await documents.send(new TransactGetCommand({
    TransactItems: ['1', '3'].map((sk) => ({ Get: { TableName, Key: { pk: 'tx', sk } } })),
  }))
  assert.deepEqual(got.Responses.map((one) => one.Item), [{ pk: 'tx', sk: '1' }, undefined])
})

test('paginators walk through all pages', async () => {
  const items = Array.from({ length: 25 }, (_, i) => ({ pk: { S: 'page' }, sk: { S: String(i).padStart(2, '0') } }))
  const written = await client.send(new BatchWriteItemCommand({
    RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) },
  }))
  assert.deepEqual(written.UnprocessedItems, {})
  const query = { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'page' } }
  const found = []
  for await (const page of paginateQuery({ client: documents, pageSize: 7 }, { ...query, ScanIndexForward: false })) {
    found.push(...page.Items.map((item) => item.sk))
  }
  assert.deepEqual(found, items.map((item) => item.sk.S).reverse())
  let count = 0
  for await (const page of paginateScan({ client, pageSize: 10 }, { TableName, FilterExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'page' } } })) {
    count += page.Count
  }
  assert.equal(count, 25)
  const one = await documents.send(new QueryCommand({ ...query, Limit: 1, ReturnConsumedCapacity: 'TOTAL' }))
  assert.equal(one.ConsumedCapacity.CapacityUnits, 0.5)
})

test('a batch of reads answers by table', async () => {
  const Keys = ['00', '24', '99'].map((sk) => ({ pk: 'page', sk }))
  const got = await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }))
  assert.deepEqual(got.Responses[TableName].map((item) => item.sk).sort(), ['00', '24'])
  assert.deepEqual(got.UnprocessedKeys, {})
})
