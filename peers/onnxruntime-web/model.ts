/** A model of one attention node, as the bytes of an ONNX file: the protobuf wire format for the few fields that it takes. */

const utf8 = new TextEncoder();

type Bytes = readonly number[];

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if (rest === 0n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const integerField = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)];
const bytesField = (field: number, bytes: Bytes): Bytes => [
  ...varint((field << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
];
const textField = (field: number, text: string): Bytes => bytesField(field, [...utf8.encode(text)]);
const floatField = (field: number, value: number): Bytes => [
  ...varint((field << 3) | 5),
  ...new Uint8Array(new Float32Array([value]).buffer),
];

/** TensorProto.DataType */
export const elementTypes = { float32: 1, int32: 6 } as const;
type ElementType = keyof typeof elementTypes;

export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
}

export interface Node {
  readonly operator: string;
  readonly domain: string;
  /** An empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, number | { readonly float: number }>>;
}

export interface Model {
  readonly node: Node;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** int32 tensors that are part of the model. */
  readonly constants: Readonly<
    Record<string, { readonly dims: readonly number[]; readonly values: readonly number[] }>
  >;
}

function valueInfo({ name, type, dims }: ValueInfo): Bytes {
  const shape = dims.flatMap((size) => bytesField(1, integerField(1, size)));
  const tensorType = [...integerField(1, elementTypes[type]), ...bytesField(2, shape)];
  return [...textField(1, name), ...bytesField(2, bytesField(1, tensorType))];
}

const attribute = (name: string, value: number | { readonly float: number }): Bytes =>
  typeof value === 'number'
    ? [...textField(1, name), ...integerField(3, value), ...integerField(20, 2)]
    : [...textField(1, name), ...floatField(2, value.float), ...integerField(20, 1)];

const nodeBytes = ({ operator, domain, inputs, outputs, attributes }: Node): Bytes => [
  ...inputs.flatMap((name) => textField(1, name)),
  ...outputs.flatMap((name) => textField(2, name)),
  ...textField(4, operator),
  ...Object.entries(attributes).flatMap(([name, value]) => bytesField(5, attribute(name, value))),
  ...textField(7, domain),
];

const constantBytes = (name: string, dims: readonly number[], values: readonly number[]): Bytes => [
  ...dims.flatMap((size) => integerField(1, size)),
  ...integerField(2, elementTypes.int32),
  ...textField(8, name),
  ...bytesField(9, [...new Uint8Array(Int32Array.from(values).buffer)]),
];

const irVersion = 8;
const opset = 17;

/** The bytes of the model's file. */
export function encodeModel({ node, inputs, outputs, constants }: Model): Uint8Array {
  const graph = [
    ...bytesField(1, nodeBytes(node)),
    ...textField(2, 'attention'),
    ...Object.entries(constants).flatMap(([name, { dims, values }]) =>
      bytesField(5, constantBytes(name, dims, values)),
    ),
    ...inputs.flatMap((info) => bytesField(11, valueInfo(info))),
    ...outputs.flatMap((info) => bytesField(12, valueInfo(info))),
  ];
  const opsets = [
    bytesField(8, [...textField(1, ''), ...integerField(2, opset)]),
    bytesField(8, [...textField(1, 'com.microsoft'), ...integerField(2, 1)]),
  ].flat();
  return Uint8Array.from([...integerField(1, irVersion), ...bytesField(7, graph), ...opsets]);
}
