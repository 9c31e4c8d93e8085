/* attnbench
{
  "mechanism": "sdpa",
  "summary": "one invocation a query, online softmax over tiles of keys",
  "supports": { "align": ["top_left"] },
  "requires": ["d <= 128", "dv <= 128"],
  "storage": true,
  "constants": {
    "QUERIES": 64,
    "KEYS": 16,
    "D4": "ceil(d / 4)",
    "DV4": "ceil(dv / 4)",
    "CAUSAL": "causal"
  },
  "passes": [
    {
      "bindings": ["q", "k", "v", "y"],
      "uniforms": {
        "n": "n",
        "m": "m",
        "heads": "heads",
        "group": "heads / kvHeads",
        "scale": { "f32": "scale == 0 ? 1 / sqrt(d) : scale" }
      },
      "workgroups": ["ceil(n / QUERIES)", "heads", "batch"]
    }
  ]
}
*/
@group(0) @binding(0) var<storage, read> q: array<quad>; // [batch, heads, n, D4]
@group(0) @binding(1) var<storage, read> k: array<quad>; // [batch, heads / group, m, D4]
@group(0) @binding(2) var<storage, read> v: array<quad>; // [batch, heads / group, m, DV4]
@group(0) @binding(3) var<storage, read_write> y: array<quad>; // [batch, heads, n, DV4]
@group(0) @binding(4) var<uniform> u: Uniforms;

var<workgroup> keys: array<vec4<f32>, KEYS * D4>;
var<workgroup> values: array<vec4<f32>, KEYS * DV4>;

@compute @workgroup_size(QUERIES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = group.x * QUERIES + lane;
  let head = group.z * u.heads + group.y;
  let from_keys = head / u.group * u.m;
  let row = min(i, u.n - 1u);
  var query: array<vec4<f32>, D4>;
  for (var c = 0u; c < D4; c++) {
    query[c] = u.scale * unpack(q[(head * u.n + row) * D4 + c]);
  }
  var sums: array<vec4<f32>, DV4>;
  var top = -3e38;
  var total = 0.0;
  // Keys that this query sees, and that any query of the workgroup sees.
  let visible = select(u.m, min(u.m, i + 1u), CAUSAL);
  let last = select(u.m, min(u.m, (group.x + 1u) * QUERIES), CAUSAL);
  for (var tile = 0u; tile < last; tile += KEYS) {
    workgroupBarrier();
    for (var at = lane; at < KEYS * D4; at += QUERIES) {
      let key = min(tile + at / D4, u.m - 1u);
      keys[at] = unpack(k[(from_keys + key) * D4 + at % D4]);
    }
    for (var at = lane; at < KEYS * DV4; at += QUERIES) {
      let key = min(tile + at / DV4, u.m - 1u);
      values[at] = unpack(v[(from_keys + key) * DV4 + at % DV4]);
    }
    workgroupBarrier();
    for (var j = 0u; j < KEYS && tile + j < visible; j++) {
      var products = vec4<f32>(0.0);
      for (var c = 0u; c < D4; c++) {
        products += query[c] * keys[j * D4 + c];
      }
      let score = products.x + products.y + products.z + products.w;
      let highest = max(top, score);
      let keep = exp(top - highest);
      let weight = exp(score - highest);
      for (var c = 0u; c < DV4; c++) {
        sums[c] = sums[c] * keep + weight * values[j * DV4 + c];
      }
      total = total * keep + weight;
      top = highest;
    }
  }
  if (i < u.n) {
    for (var c = 0u; c < DV4; c++) {
      y[(head * u.n + i) * DV4 + c] = pack(sums[c] / total);
    }
  }
}
