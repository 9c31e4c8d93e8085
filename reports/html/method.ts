/** How the numbers came about and what they do not mean: the same in every report. */
export const methodHtml = `<section id="method"><h2>How to read this</h2>
<div class="prose">
<h3>How it was checked</h3>
<p>Before a case is timed, its output is compared with a float64 computation of the same mechanism. Outputs start out poisoned and lie between guard bytes, so that a kernel that writes too little or too much is caught. Where n is large, sampled rows are compared. A case whose error is over its tolerance has no time here. NMSE is the sum of squared errors over the sum of squared true values. How far a mechanism is from softmax attention is another question, and no reason to fail.</p>
<h3>How it was timed</h3>
<p>GPU time runs from the beginning of a call's first pass to the end of its last, read from the adapter's timestamps. Where the adapter has none, the time is wall time from submit to done, and the warnings above say so. Inputs take turns, a few warm-up calls come first, compilation is not included, and short kernels are called several times a sample until the clock's step is at most half a percent of it. Sampling ends when the interval is narrow enough or the time for the case is up.</p>
<h3>What the intervals mean</h3>
<p>A time is the median of its samples; the interval holds the true median of that session in at least 95 of 100 repetitions, whatever the samples' distribution. It says how steady the machine was during the run. It does not cover what changes between machines, drivers, or days.</p>
<h3>Roofline and share of the peak</h3>
<p>Micro-kernels measure what the adapter can do at most: arithmetic by precision, and reading, writing and copying memory from beyond the caches and within them. The roofline shows each case under these lines. Its share of the peak is the least time that its arithmetic takes at the peak of its precision, or its least bytes take at the speed of reads from beyond the caches, whichever is longer, over the time it took. More than 100 % means that its data lay in a cache. A case above 105 % of the fastest arithmetic or memory is impossible and has no time here.</p>
<h3>Growth and crossovers</h3>
<p>The exponent k comes from a least-squares fit of t = c + a n<sup>k</sup> to the medians: c is what a call costs at any n. The wide pale line behind each curve is that fit. Beside it stands the slope of the last doubling alone: where the two differ, the kernel has not reached its law yet, or leaves it. Memory is counted by the allocator, so its exponents are exact. A crossover is where two measured curves change order; between measured n it is interpolated, beyond them nothing is claimed.</p>
<h3>What the numbers do not mean</h3>
<ul>
<li>GFLOP/s and GB/s divide what the mechanism needs by the time it took: work that the kernel does twice is not counted twice, and masked pairs are not counted at all.</li>
<li>Mechanisms differ in what they compute. That a linear one is faster than softmax attention does not say that it can stand in for it.</li>
<li>Times on a software adapter show how a kernel grows, not how fast it is on a GPU.</li>
<li>A case without a time is no zero and no infinity. Where a buffer limit stopped a kernel, that is a result, and the figures mark where.</li>
</ul>
</div></section>`;
