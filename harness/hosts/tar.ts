/** Reads plain tar archives (ustar): regular files only, whole in memory. */

export interface TarFile {
  readonly name: string;
  readonly data: Uint8Array;
}

const blockBytes = 512;
const regularFile = new Set(['0', '\0']);

function text(header: Uint8Array, offset: number, length: number): string {
  const field = header.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end)).trim();
}

/** The regular files of an archive, in order. Throws a RangeError when the archive ends in the middle of a file. */
export function readTar(archive: Uint8Array): readonly TarFile[] {
  const files: TarFile[] = [];
  let offset = 0;
  while (offset + blockBytes <= archive.length) {
    const header = archive.subarray(offset, offset + blockBytes);
    // Two zero blocks end an archive; one is enough to know.
    if (header.every((byte) => byte === 0)) break;
    const size = Number.parseInt(text(header, 124, 12) || '0', 8);
    const start = offset + blockBytes;
    if (!(size >= 0 && start + size <= archive.length)) throw new RangeError('the tar archive is cut short');
    if (regularFile.has(String.fromCharCode(header[156] ?? 0))) {
      const [folder, name] = [text(header, 345, 155), text(header, 0, 100)];
      files.push({
        name: folder === '' ? name : `${folder}/${name}`,
        data: archive.subarray(start, start + size),
      });
    }
    offset = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  return files;
}
