import { Controller, Inject, Req } from '@nestjs/common';
import type { z } from 'zod';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import type { ApiRequest } from '../http/request.js';
import { ImportBody, ImportResult } from './import-body.js';
import { Importing } from './importing.js';

const EIGHT_MIB = 8 * 1024 * 1024;

/** A caseload from a registry or a spreadsheet. */
@Controller()
export class ImportsController {
  constructor(@Inject(Importing) private readonly importing: Importing) {}

  @Endpoint('POST', '/v1/imports', {
    operation: 'importActs',
    summary: 'Import episodes with their acts, each episode in one append',
    description:
      'Every row has its own key, so a second import adds nothing and a changed row is reported, not swallowed. A bad row is refused by itself; the others go on. Whose first referral is refused is not registered.',
    tag: 'imports',
    body: ImportBody,
    keyless: true,
    bodyLimit: EIGHT_MIB,
    answers: { 200: { description: 'What became of each row.', schema: ImportResult } },
  })
  async importActs(@Req() request: ApiRequest): Promise<Answer> {
    return new Answer(200, await this.importing.import(request, (request.body as z.infer<typeof ImportBody>).episodes));
  }
}
