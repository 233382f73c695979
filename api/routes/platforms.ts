import { z } from 'zod';
import { route } from '../http/route';
import { presentPlatform } from '../presenters/connect';
import { platformAnswer } from '../schemas/connect';

const list = route({
  method: 'get',
  path: '/core/platforms',
  operationId: 'listPlatforms',
  tag: 'invite links',
  summary: 'Lists the platforms that can be connected, and how',
  response: z.object({ data: z.array(platformAnswer) }),
  errors: [],
  run: async ({ deps }) => ({ data: deps.platforms.all().map(presentPlatform) }),
});

export const platformRoutes = [list];
