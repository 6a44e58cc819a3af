// ebics-client (npm, MIT) against the trial bank: keys, one download, one upload. Speaks H004 with keys without
// certificates; orders with a FileFormat are made by hand, since it has none of its own.
//
//   node client.cjs CONFIG   CONFIG is JSON: url, hostId, partnerId, userId, fileFormat, payment (base64)
//
// It prints one JSON document a line: {"step": "keys"} when the keys are sent (then it waits for a line on stdin, while
// the desk releases them), {"step": "download", "data": base64}, {"step": "upload", "orderId": …}.
'use strict';

const readline = require('readline');
const { Client, Orders } = require('ebics-client');

const config = JSON.parse(process.argv[2]);
let stored = null;
const client = new Client({
  url: config.url,
  hostId: config.hostId,
  partnerId: config.partnerId,
  userId: config.userId,
  passphrase: 'tests only',
  keyStorage: {
    async read() { return stored; },
    async write(data) { stored = data; },
  },
});

const say = (document) => process.stdout.write(`${JSON.stringify(document)}\n`);

const good = (answer, step) => {
  if (answer.technicalCode !== '000000' || answer.businessCode !== '000000') {
    throw new Error(`${step}: ${answer.technicalCode} ${answer.businessCode}`);
  }
  return answer;
};

const released = () => new Promise((resolve) => {
  readline.createInterface({ input: process.stdin }).once('line', resolve);
});

const main = async () => {
  good(await client.send(Orders.INI), 'INI');
  good(await client.send(Orders.HIA), 'HIA');
  say({ step: 'keys' });
  await released();
  const bank = good(await client.send(Orders.HPB), 'HPB');
  await client.setBankKeys(bank.bankKeys);
  const download = await client.send({
    version: 'h004',
    operation: 'download',
    orderDetails: {
      OrderType: 'FDL',
      OrderAttribute: 'DZHNN',
      FDLOrderParams: { FileFormat: { '@': { CountryCode: 'FR' }, '#': config.fileFormat } },
    },
  });
  say({ step: 'download', data: Buffer.from(download.orderData).toString('base64'), code: download.technicalCode });
  const [transactionId, orderId] = await client.send({
    version: 'h004',
    operation: 'upload',
    document: Buffer.from(config.payment, 'base64').toString('utf-8'),
    orderDetails: {
      OrderType: 'FUL',
      OrderAttribute: 'DZHNN',
      FULOrderParams: { FileFormat: { '@': { CountryCode: 'FR' }, '#': 'pain.001.001.03.sct' } },
    },
  });
  say({ step: 'upload', transactionId, orderId });
  process.exit(0);
};

main().catch((error) => {
  say({ step: 'fault', message: String(error && error.stack ? error.stack : error) });
  process.exit(1);
});
