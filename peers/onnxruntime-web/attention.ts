/** Which operator of onnxruntime computes a case, and the model that asks for it. */
import type { Params, Refusal } from '../../kernels/contract.ts';
import { firstRefusal, onlyF32, sameWidths, scoreScale, unsupported } from '../lib/refuse.ts';
import type { Model } from './model.ts';

const library = 'onnxruntime-web';

/** MultiHeadAttention has no grouped heads; GroupQueryAttention has them and is always causal. */
export const operatorOf = ({ heads, kvHeads }: Params): 'MultiHeadAttention' | 'GroupQueryAttention' =>
  kvHeads === heads ? 'MultiHeadAttention' : 'GroupQueryAttention';

export function refuseAttention(params: Params): Refusal | null {
  const { causal, n, m } = params;
  return firstRefusal(
    onlyF32(library, params),
    sameWidths(library, params),
    causal && n !== m ? unsupported(`${library} is asked for causal attention with n = m only`) : null,
    operatorOf(params) === 'GroupQueryAttention' && !causal
      ? unsupported(
          `${library} has grouped heads (kvHeads < heads) in GroupQueryAttention, which is causal always`,
        )
      : null,
  );
}

/** Tensors are [batch, length, heads * dimension]. */
export function attentionModel(params: Params): Model {
  const { batch, heads, kvHeads, n, m, d, dv, causal } = params;
  const operator = operatorOf(params);
  const float = (name: string, dims: readonly number[]) => ({ name, type: 'float32', dims }) as const;
  const inputs = [
    float('q', [batch, n, heads * d]),
    float('k', [batch, m, kvHeads * d]),
    float('v', [batch, m, kvHeads * dv]),
  ];
  const y = float('y', [batch, n, heads * dv]);
  const scale = { float: scoreScale(params) };
  if (operator === 'MultiHeadAttention') {
    return {
      node: {
        operator,
        domain: 'com.microsoft',
        inputs: ['q', 'k', 'v'],
        outputs: ['y'],
        attributes: { num_heads: heads, scale, unidirectional: causal ? 1 : 0 },
      },
      inputs,
      outputs: [y],
      constants: {},
    };
  }
  return {
    node: {
      operator,
      domain: 'com.microsoft',
      inputs: ['q', 'k', 'v', '', '', 'last_keys', 'total_keys'],
      outputs: ['y', 'present_k', 'present_v'],
      attributes: { num_heads: heads, kv_num_heads: kvHeads, scale },
    },
    inputs,
    outputs: [y, float('present_k', [batch, kvHeads, m, d]), float('present_v', [batch, kvHeads, m, dv])],
    constants: {
      last_keys: { dims: [batch], values: Array.from({ length: batch }, () => m - 1) },
      total_keys: { dims: [], values: [m] },
    },
  };
}
