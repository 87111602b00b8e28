import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { TemporalLink } from './temporal-link.js';
import { TemporalModule } from './temporal-module.js';
import { SilentOperator } from './testing/silent-operator.js';

const options = (address: string | null) => ({ address, workflows: { workflowsPath: '/nowhere' }, activities: {} });

async function application(address: string | null, operator = new SilentOperator()) {
  const temporal = TemporalModule.forRootAsync({ useFactory: () => ({ options: options(address), operator }) });
  const module = await Test.createTestingModule({ imports: [temporal] }).compile();
  await module.init();
  return { module, link: module.get(TemporalLink), operator };
}

describe('the Temporal module', () => {
  it('without an address is absent: nothing is attempted, nobody waits', async () => {
    const { module, link, operator } = await application(null);
    expect(link.status()).toMatchObject({ state: 'absent', address: null });
    expect(await link.session(AbortSignal.timeout(20))).toBeNull();
    await module.close();
    expect(operator.lines).toEqual([]);
  });
});
