import { describe, expect, test } from 'vitest';
import { encodeModel } from './model.ts';
import { attentionModel } from './attention.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const compact = (spaced: string): string => spaced.replaceAll(' ', '');
const params = {
  batch: 2,
  heads: 4,
  kvHeads: 4,
  n: 300,
  m: 300,
  d: 8,
  dv: 8,
  precision: 'f32',
  causal: true,
} as const;

test('a small model, byte by byte', () => {
  const bytes = encodeModel({
    node: {
      operator: 'Op',
      domain: 'd',
      inputs: ['a', ''],
      outputs: ['b'],
      attributes: { n: 300, s: { float: 1 } },
    },
    inputs: [{ name: 'a', type: 'float32', dims: [1, 200] }],
    outputs: [],
    constants: { c: { dims: [1], values: [7] } },
  });
  const node = compact(
    [
      '0a0161', // input a
      '0a00', // left out
      '120162', // output b
      '22024f70', // op_type Op
      '2a09 0a016e 18ac02 a00102', // n = 300, INT
      '2a0b 0a0173 150000803f a00101', // s = 1.0, FLOAT
      '3a0164', // domain d
    ].join(''),
  );
  const constant = compact('0801 1006 420163 4a0407000000');
  const input = compact('0a0161 120f 0a0d 0801 1209 0a020801 0a0308c801');
  const graph = [
    `0a${(node.length / 2).toString(16)}${node}`,
    '1209617474656e74696f6e', // name attention
    `2a0d${constant}`,
    `5a${(input.length / 2).toString(16)}${input}`,
  ].join('');
  const opsets = compact('42040a001011 42110a0d636f6d2e6d6963726f736f66741001');
  expect(hex(bytes)).toBe(`08083a${(graph.length / 2).toString(16)}${graph}${opsets}`);
});

describe('the operator follows the case', () => {
  test('MultiHeadAttention where every query head has its own keys', () => {
    const { node, inputs, constants } = attentionModel(params);
    expect(node).toMatchObject({
      operator: 'MultiHeadAttention',
      domain: 'com.microsoft',
      attributes: { num_heads: 4, unidirectional: 1 },
    });
    expect(inputs.map(({ dims }) => dims)).toEqual([
      [2, 300, 32],
      [2, 300, 32],
      [2, 300, 32],
    ]);
    expect(constants).toEqual({});
  });

  test('GroupQueryAttention where they share, told how many keys there are', () => {
    const { node, inputs, outputs, constants } = attentionModel({ ...params, kvHeads: 2 });
    expect(node).toMatchObject({
      operator: 'GroupQueryAttention',
      attributes: { num_heads: 4, kv_num_heads: 2 },
    });
    expect(inputs[1].dims).toEqual([2, 300, 16]);
    expect(outputs[1].dims).toEqual([2, 2, 300, 8]);
    expect(constants).toEqual({
      last_keys: { dims: [2], values: [299, 299] },
      total_keys: { dims: [], values: [300] },
    });
  });
});
