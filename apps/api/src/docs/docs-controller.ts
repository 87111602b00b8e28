import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { TextAnswer, type Answer } from '../http/answer.js';
import { Endpoint, type Contract } from '../http/endpoint.js';
import { isProblemSlug, Problem, type ProblemSlug } from '../http/problems.js';
import type { ApiRequest } from '../http/request.js';
import { Routes } from '../http/routes.js';
import { Readinesses } from '../health/readiness.js';
import { ABOUT } from '../parts.js';
import { guidePage } from './guide-page.js';
import type { About } from './about.js';
import { homePage } from './home-page.js';
import { openApiDocument } from './openapi.js';
import { problemPage } from './problem-page.js';

const htmlPage = (operation: string, summary: string): Contract => ({
  operation,
  summary,
  tag: 'pages',
  answers: { 200: { description: 'A page for people.', mediaType: 'text/html' } },
});
const Slug = z.string().refine(isProblemSlug);

/** The pages that anybody may see, and the API document. */
@Controller()
export class DocsController {
  private document: string | null = null;
  private guide: TextAnswer | null = null;

  constructor(
    @Inject(Routes) private readonly routes: Routes,
    @Inject(ABOUT) private readonly about: About,
    @Inject(Readinesses) private readonly readinesses: Readinesses,
  ) {}

  @Endpoint('GET', '/', htmlPage('home', 'What this is and how it is'))
  async home(@Req() request: ApiRequest): Promise<Answer> {
    return homePage(this.about, await this.readinesses.now(), `${request.protocol}://${request.host}`);
  }

  @Endpoint('GET', '/docs', htmlPage('readGuide', 'The API for a reader'))
  readGuide(): Answer {
    return (this.guide ??= guidePage(this.routes.all));
  }

  @Endpoint('GET', '/openapi.json', {
    operation: 'readOpenApi',
    summary: 'This document',
    tag: 'pages',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.object({}).loose() } },
  })
  readOpenApi(): Answer {
    this.document ??= JSON.stringify(openApiDocument(this.routes.all), null, 1);
    return new TextAnswer('application/json; charset=utf-8', this.document, { 'cache-control': 'no-cache' });
  }

  @Endpoint('GET', '/problems/{slug}', {
    ...htmlPage('readProblem', 'What a problem type means'),
    params: { slug: Slug },
  })
  readProblem(@Req() request: ApiRequest): Answer {
    const { slug } = request.params as { slug: ProblemSlug };
    if (!isProblemSlug(slug)) throw new Problem('not-found');
    return problemPage(slug);
  }
}
