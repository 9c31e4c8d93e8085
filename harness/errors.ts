/** The few ways a command can end badly. The command line turns each into its exit code; the message is the one sentence shown. */

/** The call itself is wrong: an unknown word, a bad value, an unreadable file. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** This machine cannot do what was asked: no adapter, no device. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** A buffer that the device would not give. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';
}

/** WGSL that does not compile, or a plan that the device refuses: the kernel author's mistake, told at the file's own line. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

/** The device went away in the middle of a case. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}
