/** The files of a kernel that a user brings, as text: what one process reads, every other runs, whatever happens to the files. */
export interface KernelSource {
  /** The file given to --kernel, as it was given. */
  readonly path: string;
  /** The kernel whose tensors, axes, reference and tolerance it is held to. */
  readonly like: string;
  /** The manifest's own file: the WGSL with the comment, or the JSON. */
  readonly manifest: string;
  /** By name in the folder of `path`: the manifest's file and the WGSL that it names. */
  readonly texts: Readonly<Record<string, string>>;
}
