import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DeleteTableCommand, DescribeTableCommand, DescribeTimeToLiveCommand, ListTagsOfResourceCommand, PutItemCommand,
  DeleteItemCommand, ResourceInUseException, TagResourceCommand, UntagResourceCommand, UpdateItemCommand,
  UpdateTimeToLiveCommand, paginateListTables, waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
import { client, makeTable, streams } from './support.mjs'

test('waiters see tables come and go', async () => {
  await makeTable('js-life')
  await assert.rejects(makeTable('js-life'), ResourceInUseException)
  const names = []
  for await (const page of paginateListTables({ client, pageSize: 1 }, {})) names.push(...page.TableNames)
  assert.ok(names.includes('js-life'))
  await client.send(new DeleteTableCommand({ TableName: 'js-life' }))
  await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: 'js-life' })
})

test('dates and numbers of a description are dates and numbers', async () => {
  await makeTable('js-described')
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'js-described' }))
  assert.ok(Math.abs(Date.now() - Table.CreationDateTime.getTime()) < 600_000)
  assert.equal(Table.ItemCount, 0)
  assert.match(Table.TableId, /^[0-9a-f-]{36}$/)
})

test('tags and time to live, whose answers are empty', async () => {
  await makeTable('js-tags')
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'js-tags' }))
  const ResourceArn = Table.TableArn
  await client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }] }))
  await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }))
  const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn }))
  assert.deepEqual(Tags, [{ Key: 'b', Value: '2' }])
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' }
  await client.send(new UpdateTimeToLiveCommand({ TableName: 'js-tags', TimeToLiveSpecification }))
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'js-tags' }))
  assert.equal(TimeToLiveDescription.AttributeName, 'expires')
})

async function recordsOf(StreamArn, ShardId, from) {
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...from }))
  const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }))
  return Records
}

test('a stream tells of every change, from where one asks', async () => {
  const TableName = 'js-stream'
  await makeTable(TableName, { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } })
  const Key = { pk: { S: 'k' } }
  const set = (value) => new UpdateItemCommand({
    TableName, Key, UpdateExpression: 'SET v = :v', ExpressionAttributeValues: { ':v': { S: value } },
  })
  await client.send(new PutItemCommand({ TableName, Item: { ...Key, v: { S: '1' } } }))
  await client.send(set('2'))
  await client.send(set('2')) // Changes nothing: no record.
  await client.send(new DeleteItemCommand({ TableName, Key }))
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName }))
  assert.equal(Streams.length, 1)
  const { StreamArn } = Streams[0]
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
  assert.equal(StreamDescription.StreamViewType, 'NEW_AND_OLD_IMAGES')
  const { ShardId } = StreamDescription.Shards[0]
  const all = await recordsOf(StreamArn, ShardId, { ShardIteratorType: 'TRIM_HORIZON' })
  assert.deepEqual(all.map((record) => record.eventName), ['INSERT', 'MODIFY', 'REMOVE'])
  assert.deepEqual(all[1].dynamodb.OldImage, { ...Key, v: { S: '1' } })
  assert.deepEqual(all[1].dynamodb.NewImage, { ...Key, v: { S: '2' } })
  assert.deepEqual(all[2].dynamodb.Keys, Key)
  const { SequenceNumber } = all[1].dynamodb
  const after = await recordsOf(StreamArn, ShardId, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })
  assert.deepEqual(after.map((record) => record.eventName), ['REMOVE'])
  const at = await recordsOf(StreamArn, ShardId, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber })
  assert.equal(at.length, 2)
  assert.deepEqual(await recordsOf(StreamArn, ShardId, { ShardIteratorType: 'LATEST' }), [])
})
