import { ChevronRight, Search } from 'lucide-react';
import { useState } from 'react';
import { INPUT_CLASSES } from '../components/field';
import { categoryName } from '../lib/categories';
import { classes } from '../lib/classes';
import { Step } from './layout';
import type { Link, Platform } from './link';
import { Mark } from './marks';

/** Which of the platforms that the link offers. */
export function ChooseStep({
  link,
  platforms,
  onChosen,
  onBack,
}: {
  readonly link: Link;
  readonly platforms: readonly Platform[];
  readonly onChosen: (integrationType: string) => void;
  readonly onBack: (() => void) | undefined;
}) {
  const [search, setSearch] = useState('');
  const [category, setCategory] = useState<string | null>(null);
  const categories = [...new Set(platforms.map((platform) => platform.category))];
  const wanted = search.trim().toLowerCase();
  const found = platforms
    .filter((platform) => category === null || platform.category === category)
    .filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <Step
      title="Choose what to connect"
      description={`Which platform holds the data you want to share with ${link.organisation_name}?`}
      onBack={onBack}
    >
      <div className="relative">
        <Search
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint"
          aria-hidden
        />
        <input
          type="search"
          aria-label="Search platforms"
          placeholder="Search platforms"
          className={classes(INPUT_CLASSES, 'h-10 pl-9')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      {categories.length > 1 && (
        <Categories categories={categories} chosen={category} onChoose={setCategory} />
      )}
      <ul className="mt-3 -mx-2 flex max-h-72 flex-col overflow-y-auto" aria-label="Platforms">
        {found.map((platform) => (
          <li key={platform.integration_type}>
            <button
              type="button"
              onClick={() => onChosen(platform.integration_type)}
              className="flex w-full items-center gap-3 rounded-lg px-2 py-2 text-left -outline-offset-2 hover:bg-hover"
            >
              <Mark name={platform.name} />
              <span className="min-w-0 flex-1">
                <span className="block truncate text-sm font-medium">{platform.name}</span>
                <span className="block text-xs text-muted">{categoryName(platform.category)}</span>
              </span>
              <ChevronRight className="size-4 text-faint" aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className="mt-2 text-[13px] text-muted">
        {found.length === 0 &&
          `No platform matches “${search.trim()}”. Ask ${link.organisation_name} whether yours can be added.`}
      </p>
    </Step>
  );
}

function Categories({
  categories,
  chosen,
  onChoose,
}: {
  readonly categories: readonly string[];
  readonly chosen: string | null;
  readonly onChoose: (category: string | null) => void;
}) {
  return (
    <div role="group" aria-label="Category" className="mt-3 flex flex-wrap gap-1.5">
      {[null, ...categories].map((category) => (
        <button
          key={category ?? ''}
          type="button"
          aria-pressed={category === chosen}
          onClick={() => onChoose(category)}
          className="h-7 rounded-full border border-line-strong px-3 text-xs font-medium text-muted hover:text-text aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
        >
          {category === null ? 'All' : categoryName(category)}
        </button>
      ))}
    </div>
  );
}
