// What the tests of the JavaScript SDK share. tests/api/test_js_sdk.py starts the world and names its endpoint.
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

const settings = {
  region: 'us-east-1',
  endpoint: process.env.LIFEBOAT_ENDPOINT,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
}

export const client = new DynamoDBClient(settings)
export const streams = new DynamoDBStreamsClient(settings)
export const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })

export async function makeTable(name, { sortKey, ...more } = {}) {
  const keys = ['pk', ...(sortKey ? ['sk'] : [])]
  await client.send(new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at ? 'RANGE' : 'HASH' })),
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    ...more,
  }))
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: name })
}
