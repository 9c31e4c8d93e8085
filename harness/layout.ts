/** How a tensor lies in a buffer: element type, padded rows, bytes; and its values in and out. */
import type { Precision, Tensor, TensorSpec } from '../kernels/contract.ts';
import { halfBits, halfTable } from './float16.ts';

/** `elem` rows are padded to this many elements, so that WGSL reads whole quads. */
const quad = 4;

const bytesPerElement: Readonly<Record<Precision, number>> = { f32: 4, f16: 2, f16s: 2 };

export interface Layout {
  readonly rows: number;
  /** Elements of a row that mean something. */
  readonly columns: number;
  /** Elements from one row to the next. */
  readonly stride: number;
  readonly elementBytes: number;
  readonly byteLength: number;
}

export const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** Shape and type to bytes. A tensor without elements takes none. */
export function layoutOf(spec: TensorSpec, precision: Precision): Layout {
  const columns = spec.shape.at(-1) ?? 1;
  const rows = elementsOf(spec.shape.slice(0, -1));
  const padded = spec.type === 'elem';
  const stride = padded ? Math.ceil(columns / quad) * quad : columns;
  const elementBytes = padded ? bytesPerElement[precision] : 4;
  return { rows, columns, stride, elementBytes, byteLength: rows * stride * elementBytes };
}

/** The values a device will really hold, so that the reference sees the same inputs. */
export function roundToStorage(values: ArrayLike<number>, spec: TensorSpec, precision: Precision): Tensor {
  const data = Float32Array.from(values);
  if (spec.type === 'elem' && precision !== 'f32') {
    const halves = halfTable();
    for (let i = 0; i < data.length; i++) data[i] = halves[halfBits(data[i])];
  }
  return { shape: spec.shape, data };
}

type Cells = Float32Array | Uint16Array | Uint32Array | Int32Array;

function cellsOver(buffer: ArrayBuffer, spec: TensorSpec, precision: Precision): Cells {
  switch (spec.type) {
    case 'u32':
      return new Uint32Array(buffer);
    case 'i32':
      return new Int32Array(buffer);
    case 'f32':
      return new Float32Array(buffer);
    case 'elem':
      return precision === 'f32' ? new Float32Array(buffer) : new Uint16Array(buffer);
  }
}

/** Device bytes of a tensor, padding zero. */
export function encodeTensor(tensor: Tensor, spec: TensorSpec, precision: Precision): ArrayBuffer {
  const { rows, columns, stride, byteLength } = layoutOf(spec, precision);
  const buffer = new ArrayBuffer(byteLength);
  const cells = cellsOver(buffer, spec, precision);
  if (cells instanceof Uint16Array) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        cells[row * stride + column] = halfBits(tensor.data[row * columns + column]);
      }
    }
    return buffer;
  }
  for (let row = 0; row < rows; row++) {
    cells.set(tensor.data.subarray(row * columns, (row + 1) * columns), row * stride);
  }
  return buffer;
}

/** How a tensor falls into parts that can be exchanged and uploaded one by one: its rows, or the quads of its only row. */
export interface Parts {
  readonly count: number;
  readonly elements: number;
  readonly bytes: number;
}

export function partsOf(spec: TensorSpec, precision: Precision): Parts {
  const { rows, columns, stride, elementBytes } = layoutOf(spec, precision);
  return rows > 1
    ? { count: rows, elements: columns, bytes: stride * elementBytes }
    : { count: Math.ceil((rows * columns) / quad), elements: quad, bytes: quad * elementBytes };
}

/** Device bytes of some parts of a tensor, and where they lie. */
export function encodeParts(
  { data }: Tensor,
  spec: TensorSpec,
  precision: Precision,
  first: number,
  count: number,
): { readonly offset: number; readonly bytes: ArrayBuffer } {
  const parts = partsOf(spec, precision);
  const values = data.subarray(first * parts.elements, (first + count) * parts.elements);
  const shape = elementsOf(spec.shape.slice(0, -1)) > 1 ? [count, parts.elements] : [values.length];
  return {
    offset: first * parts.bytes,
    bytes: encodeTensor({ shape, data: values }, { ...spec, shape }, precision),
  };
}

/** Elements whose bits are what `matches` looks for: the first of them as a flat index, or null. */
export function findElement(
  buffer: ArrayBuffer,
  spec: TensorSpec,
  precision: Precision,
  matches: (bits: number, cell: number) => boolean,
): number | null {
  const { rows, columns, stride, elementBytes, byteLength } = layoutOf(spec, precision);
  const cells =
    elementBytes === 4
      ? new Uint32Array(buffer, 0, byteLength / 4)
      : new Uint16Array(buffer, 0, byteLength / 2);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = row * stride + column;
      if (matches(cells[cell], cell)) return row * columns + column;
    }
  }
  return null;
}

/** Values of a tensor from device bytes, padding dropped. */
export function decodeTensor(buffer: ArrayBuffer, spec: TensorSpec, precision: Precision): Tensor {
  const { rows, columns, stride, byteLength } = layoutOf(spec, precision);
  const cells = cellsOver(buffer.slice(0, byteLength), spec, precision);
  const data = new Float32Array(rows * columns);
  const halves = cells instanceof Uint16Array ? halfTable() : null;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = cells[row * stride + column];
      data[row * columns + column] = halves === null ? cell : halves[cell];
    }
  }
  return { shape: spec.shape, data };
}
