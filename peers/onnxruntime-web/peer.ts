import type { Peer } from '../contract.ts';
import { refuseAttention } from './attention.ts';
import { openOnnxruntime } from './runtime.ts';

const peer: Peer = {
  summary: 'onnxruntime-web, MultiHeadAttention and GroupQueryAttention on its WebGPU provider, as published',
  packages: ['onnxruntime-web'],
  like: 'naive',
  startSeconds: 240,
  refuse: refuseAttention,
  open: (stage) => openOnnxruntime(stage, false),
};
export default peer;
