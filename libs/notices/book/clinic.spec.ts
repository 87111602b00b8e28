import { expect, it } from '@jest/globals';
import { openIndexFile } from '#event-store';
import { Clinic } from './clinic.js';
import { SCHEMA, VERSION } from './schema.js';

it('tells of safety first, then in the order of the log', () => {
  const db = openIndexFile(':memory:', VERSION, SCHEMA);
  const raised = (followUp: string, position: number): void =>
    void db
      .prepare("INSERT INTO raise VALUES ('e', ?, 1, '2027-03-01T13:00:00.000Z', '[]', 0, 'clinic', ?, 0)")
      .run(followUp, String(position).padStart(20, '0'));
  for (let n = 1; n <= 150; n += 1) raised(`contact:${n}:1`, n);
  raised('safety-review:3:1', 151);
  const clinic = new Clinic(db);
  expect(clinic.raises(3).map(({ followUp }) => followUp)).toEqual(['safety-review:3:1', 'contact:1:1', 'contact:2:1']);
  db.close();
});
