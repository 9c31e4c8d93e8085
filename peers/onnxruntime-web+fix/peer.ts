import type { Peer } from '../contract.ts';
import { refuseAttention } from '../onnxruntime-web/attention.ts';
import { openOnnxruntime } from '../onnxruntime-web/runtime.ts';

const peer: Peer = {
  summary: 'onnxruntime-web with the initialisers that its WGSL lacks in loops added on the fly',
  packages: ['onnxruntime-web'],
  like: 'naive',
  startSeconds: 240,
  refuse: refuseAttention,
  open: (stage) => openOnnxruntime(stage, true),
};
export default peer;
