import type { Command } from 'commander';
import type { Act } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { outJson } from '../io.ts';
import { scaffoldKernel } from '../scaffold.ts';

const help = `
The new folder holds a small kernel that works: the mean of v over the visible keys. Its tests pass at once;
docs/adding-a-kernel.md says what to change, in which order. A WGSL file of a mechanism that is here needs no folder:
see --kernel in docs/bring-your-own-kernel.md.

Example:
  attnbench new-kernel sliding
  npx vitest run kernels/sliding && attnbench verify --kernels sliding`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('new-kernel')
    .summary('scaffolds a kernel folder whose tests pass')
    .description('Makes kernels/<id>/ with a small kernel that works, to be changed into yours.')
    .argument('<id>', 'lower-case letters, digits and dashes; it becomes the folder and the name in case ids')
    .option('--json', 'print the files as JSON')
    .addHelpText('after', help)
    .action((id: string, { json }: { readonly json?: boolean }) =>
      act(async () => {
        const files = scaffoldKernel(id);
        if (json === true) outJson(io, { id, files });
        else io.out(files.map((file) => `${file}\n`).join(''));
        io.err(`next: npx vitest run kernels/${id}, then docs/adding-a-kernel.md\n`);
        return exitCodes.ok;
      }),
    );
}
