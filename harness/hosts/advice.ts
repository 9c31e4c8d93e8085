/** How to get what a machine is missing, in the words of its distribution. */
import { readFileSync } from 'node:fs';

export interface Distribution {
  /** ID of /etc/os-release and its ID_LIKE, most specific first. */
  readonly families: readonly string[];
  readonly codename: string;
  readonly prettyName: string;
}

/** Reads the text of /etc/os-release. */
export function parseOsRelease(text: string): Distribution {
  const fields = new Map(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key = '', value = '']) => [
      key,
      value.replaceAll(/^["']|["']$/g, ''),
    ]),
  );
  return {
    families: `${fields.get('ID') ?? ''} ${fields.get('ID_LIKE') ?? ''}`.split(' ').filter((id) => id !== ''),
    codename: fields.get('VERSION_CODENAME') ?? '',
    prettyName: fields.get('PRETTY_NAME') ?? '',
  };
}

export function thisDistribution(): Distribution {
  try {
    return parseOsRelease(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return parseOsRelease('');
  }
}

/** A sentence part: `install ...`. */
export function lavapipeAdvice({ families, codename }: Pick<Distribution, 'families' | 'codename'>): string {
  if (families[0] === 'debian' && codename === 'bookworm') {
    // Bookworm's own Mesa 22.3 is refused by Dawn.
    return 'install mesa-vulkan-drivers from bookworm-backports, since the one in bookworm is too old for Dawn (add bookworm-backports to the apt sources, then: apt-get install -t bookworm-backports mesa-vulkan-drivers)';
  }
  const commands: readonly (readonly [string, string])[] = [
    ['debian', 'apt-get install mesa-vulkan-drivers'],
    ['fedora', 'dnf install mesa-vulkan-drivers'],
    ['rhel', 'dnf install mesa-vulkan-drivers'],
    ['suse', 'zypper install libvulkan_lvp'],
    ['arch', 'pacman -S vulkan-swrast'],
    ['alpine', 'apk add mesa-vulkan-swrast'],
  ];
  const command = commands.find(([family]) => families.includes(family))?.[1];
  return command === undefined
    ? "install your distribution's Mesa Vulkan drivers (Mesa 23.1 or newer)"
    : `install Mesa's Vulkan drivers (${command})`;
}
