import { contractTests } from '../../harness/testing/kernel-contract.ts';

contractTests(import.meta.url);
