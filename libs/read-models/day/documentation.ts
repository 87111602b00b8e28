import type { ClinicDay } from './clinic-day.js';
import { linesOf, listOf, type DayList, type Narrowing } from './lines.js';
import { LACKS, type Lack } from './records.js';
import { recordReasons } from './said-by-the-record.js';

/** What is not finished in the records, one line for each patient. Nothing here is ever muted. */
export const documentation = (day: ClinicDay, asked: Narrowing): DayList<Lack> =>
  listOf(
    LACKS,
    linesOf(
      LACKS,
      day.standing.flatMap((one) => recordReasons(one, (lack) => lack, day)),
      asked,
    ),
    [],
  );
