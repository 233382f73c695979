-- Rows of up to half a page stay as they are: PostgreSQL compresses those beyond 2 kB to make room, which was a twentieth
-- of what storing records cost (docs/benchmarks.md), and they are unpacked again at each read. Two of them still fit on a page; larger ones are compressed and
-- set apart as before.
ALTER TABLE "records" SET (toast_tuple_target = 4080);
