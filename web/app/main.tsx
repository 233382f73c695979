import { Tooltip } from '@base-ui/react/tooltip';
import { RouterProvider } from '@tanstack/react-router';
import { mount } from './mount';
import { queryClient } from './query-client';
import { createAppRouter } from './router';
import { Toasts } from './toasts';

mount(
  <Tooltip.Provider delay={400}>
    <RouterProvider router={createAppRouter(queryClient)} />
    <Toasts />
  </Tooltip.Provider>,
  queryClient,
);
