import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { OperatorLog } from './ports.js';
import { TemporalLink, type TemporalOptions } from './temporal-link.js';

export interface TemporalModuleParts {
  readonly options: TemporalOptions;
  readonly operator: OperatorLog;
}

/** Begins with the application; before it ends, the worker is stopped first and its connection last. */
class TemporalLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly link: TemporalLink) {}

  onApplicationBootstrap(): void {
    this.link.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.link.stop();
  }
}

/** Provides the one TemporalLink. Call `app.enableShutdownHooks()`: Nest owns the signals, Temporal's runtime none. */
@Module({})
export class TemporalModule {
  static forRootAsync(
    provide: Pick<ModuleMetadata, 'imports'> & Pick<FactoryProvider<TemporalModuleParts>, 'inject' | 'useFactory'>,
  ): DynamicModule {
    const { imports = [], inject = [], useFactory } = provide;
    const makeLink = async (...injected: unknown[]): Promise<TemporalLink> => {
      const { options, operator } = await useFactory(...injected);
      return new TemporalLink(options, operator);
    };
    return {
      module: TemporalModule,
      imports,
      providers: [
        { provide: TemporalLink, inject, useFactory: makeLink },
        {
          provide: TemporalLifecycle,
          inject: [TemporalLink],
          useFactory: (link: TemporalLink) => new TemporalLifecycle(link),
        },
      ],
      exports: [TemporalLink],
    };
  }
}
