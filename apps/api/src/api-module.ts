import { Module, type DynamicModule } from '@nestjs/common';
import { CaseloadController } from './caseload/caseload-controller.js';
import { ConsultsController } from './consults/consults-controller.js';
import { DayController } from './day/day-controller.js';
import { DocsController } from './docs/docs-controller.js';
import { ACTS } from './episodes/acts.js';
import { actsController } from './episodes/acts-controller.js';
import { Acting } from './episodes/acting.js';
import { EpisodesController } from './episodes/episodes-controller.js';
import { FollowUpController } from './episodes/follow-up-controller.js';
import { NotesController } from './episodes/notes-controller.js';
import { NamedStaff } from './episodes/named-staff.js';
import { OwnPatients } from './episodes/own-patients.js';
import { EventsController } from './events/events-controller.js';
import { OpenStreams } from './events/open-streams.js';
import { SchemasController } from './events/schemas-controller.js';
import { HealthController } from './health/health-controller.js';
import { Readinesses } from './health/readiness.js';
import { Routes } from './http/routes.js';
import { ImportsController } from './imports/imports-controller.js';
import { Importing } from './imports/importing.js';
import { InboxController } from './inbox/inbox-controller.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics-controller.js';
import { NoticesController } from './notices/notices-controller.js';
import { OperationsController } from './operations/operations-controller.js';
import { OrganisationController } from './organisation/organisation-controller.js';
import {
  ABOUT,
  ACCESS_LOG,
  CLOCK,
  CODEC,
  EPISODES,
  LOG,
  NOTICES,
  OPERATIONS,
  ORGANISATIONS,
  PATIENTS,
  POLICIES,
  PROBES,
  PUBLIC_URL,
  QUERIES,
  READINGS,
  VIEWS,
  type AccessLog,
  type ApiParts,
} from './parts.js';
import { AdoptionController } from './pathway/adoption-controller.js';
import { PathwayController } from './pathway/pathway-controller.js';
import { Previewing } from './pathway/previewing.js';
import { ErasureController } from './patients/erasure-controller.js';
import { LookupController } from './patients/lookup-controller.js';
import { OwnPeople } from './patients/own-people.js';
import { RestrictedRecords } from './patients/restricted-records.js';
import { PatientsController } from './patients/patients-controller.js';
import { SameNumber } from './patients/same-number.js';
import { ReferralsController } from './referrals/referrals-controller.js';
import { Referring } from './referrals/referring.js';
import { WorklistController } from './worklist/worklist-controller.js';

/** The HTTP face of the house. It is handed its parts and makes none. */
@Module({})
export class ApiModule {
  static with(parts: ApiParts, routes: Routes, metrics: Metrics): DynamicModule {
    const { store, codec, clock, episodes, patients, organisations, policies } = parts.runtime;
    return {
      module: ApiModule,
      controllers: [
        DocsController,
        HealthController,
        MetricsController,
        PatientsController,
        LookupController,
        ErasureController,
        ReferralsController,
        EpisodesController,
        FollowUpController,
        NotesController,
        actsController(ACTS),
        CaseloadController,
        WorklistController,
        ConsultsController,
        InboxController,
        DayController,
        EventsController,
        SchemasController,
        ImportsController,
        OrganisationController,
        AdoptionController,
        PathwayController,
        OperationsController,
        NoticesController,
      ],
      providers: [
        Acting,
        Importing,
        NamedStaff,
        OpenStreams,
        OwnPatients,
        OwnPeople,
        RestrictedRecords,
        Previewing,
        Readinesses,
        Referring,
        SameNumber,
        { provide: Routes, useValue: routes },
        { provide: Metrics, useValue: metrics },
        { provide: READINGS, useValue: parts.readings ?? (() => []) },
        { provide: EPISODES, useValue: episodes },
        { provide: PATIENTS, useValue: patients },
        { provide: ORGANISATIONS, useValue: organisations },
        { provide: QUERIES, useValue: parts.readModels.queries },
        { provide: VIEWS, useValue: parts.readModels },
        { provide: LOG, useValue: store },
        { provide: CODEC, useValue: codec },
        { provide: POLICIES, useValue: policies },
        { provide: CLOCK, useValue: clock },
        { provide: PROBES, useValue: parts.probes },
        { provide: ACCESS_LOG, useValue: parts.accessLog ?? logAccess },
        { provide: ABOUT, useValue: parts.about },
        { provide: PUBLIC_URL, useValue: parts.publicUrl },
        { provide: OPERATIONS, useValue: parts.operations ?? null },
        { provide: NOTICES, useValue: parts.notices ?? null },
      ],
    };
  }
}

const logAccess: AccessLog = (line) => void process.stdout.write(`${JSON.stringify(line)}\n`);
