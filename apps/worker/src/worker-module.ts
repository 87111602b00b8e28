import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { TemporalLink, TemporalModule, type OperatorLog, type TemporalOptions } from '#orchestration';
import { Background } from './background.js';

export interface WorkerParts {
  readonly background: Background;
  readonly temporal: Omit<TemporalOptions, 'activities'>;
  readonly operator: OperatorLog;
}

/** Joins the loops to Temporal with the application, and ends them after its worker has taken the last task. */
class BackgroundLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly background: Background,
    private readonly link: TemporalLink,
  ) {}

  onApplicationBootstrap(): void {
    this.background.start(this.link);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.link.stop();
    await this.background.stop();
  }
}

/** All that runs in the background of one process: Temporal worker, pokes, reactor, watchdog, notices. */
@Module({})
export class WorkerModule {
  static with({ background, temporal, operator }: WorkerParts): DynamicModule {
    let link: TemporalLink;
    const temporalModule = TemporalModule.forRootAsync({
      useFactory: () => ({ options: { ...temporal, activities: background.activities(() => link) }, operator }),
    });
    return {
      module: WorkerModule,
      imports: [temporalModule],
      providers: [
        { provide: Background, useValue: background },
        {
          provide: BackgroundLifecycle,
          inject: [TemporalLink],
          useFactory: (made: TemporalLink) => {
            link = made;
            return new BackgroundLifecycle(background, made);
          },
        },
      ],
      exports: [Background, temporalModule],
    };
  }
}
