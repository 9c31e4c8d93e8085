/** Blocks of charts that are drawn while they are near the screen: a page may have thousands, and a reader sees a few at a time. */

export interface Block {
  readonly root: HTMLElement;
  /** False where the filters leave nothing of it. */
  readonly hasRows: () => boolean;
  readonly draw: () => void;
  /** Takes everything away that draw made. */
  readonly erase: () => void;
}

/** Blocks that stay drawn when they leave the screen, and that are printed. */
const mostDrawn = 24;

/** How far from the screen a block is drawn, in pixels: a reader who scrolls finds it there. */
const margin = 800;

export class Blocks {
  private readonly blocks: ReadonlyMap<Element, Block>;
  /** In the order in which they were drawn. */
  private readonly drawn = new Set<Block>();
  private readonly near = new Set<Block>();
  private frame = 0;

  constructor(blocks: readonly Block[]) {
    this.blocks = new Map(blocks.map((block) => [block.root, block]));
    for (const block of blocks) block.root.classList.add('waiting');
  }

  /** From now on blocks are drawn as they come near. Those on the first screen are there when this returns. */
  start(): void {
    this.hideEmpty();
    for (const block of this.blocks.values()) {
      if (block.root.hidden) continue;
      if (block.root.getBoundingClientRect().top > window.innerHeight) break;
      this.near.add(block);
      this.draw(block);
    }
    const observer = new IntersectionObserver((entries) => this.moved(entries), {
      rootMargin: `${margin}px 0px`,
    });
    for (const block of this.blocks.values()) observer.observe(block.root);
  }

  /** After a change of anything that is drawn. */
  redraw(): void {
    this.hideEmpty();
    for (const block of this.drawn) {
      if (this.near.has(block) && !block.root.hidden) block.draw();
      else this.erase(block);
    }
    this.drawNext();
  }

  /** Draws what a printed page has room for, and says how many blocks it leaves out. */
  prepareToPrint(): number {
    const shown = [...this.blocks.values()].filter(({ root }) => !root.hidden);
    const wanted = [...shown.filter((block) => this.drawn.has(block)), ...shown].slice(0, mostDrawn);
    for (const block of new Set(wanted)) this.draw(block);
    return shown.length - shown.filter((block) => this.drawn.has(block)).length;
  }

  private hideEmpty(): void {
    for (const { root, hasRows } of this.blocks.values()) root.hidden = !hasRows();
  }

  private draw(block: Block): void {
    this.drawn.delete(block);
    this.drawn.add(block);
    block.root.classList.remove('waiting');
    block.root.style.minHeight = '';
    block.draw();
    const [oldest] = [...this.drawn].filter((one) => !this.near.has(one));
    if (this.drawn.size > mostDrawn && oldest !== undefined) this.erase(oldest);
  }

  private erase(block: Block): void {
    this.drawn.delete(block);
    // Its place stays as high as it was, so that nothing below moves.
    if (!block.root.hidden) block.root.style.minHeight = `${block.root.offsetHeight}px`;
    block.root.classList.add('waiting');
    block.erase();
  }

  private moved(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const block = this.blocks.get(target);
      if (block === undefined) continue;
      if (isIntersecting) this.near.add(block);
      else this.near.delete(block);
    }
    this.drawNext();
  }

  /** One block a frame, so that scrolling never waits for several. */
  private drawNext(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const next = [...this.near].find((block) => !this.drawn.has(block) && !block.root.hidden);
      if (next === undefined) return;
      this.draw(next);
      this.drawNext();
    });
  }
}
