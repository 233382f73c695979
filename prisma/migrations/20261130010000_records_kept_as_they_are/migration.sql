-- Rows of up to half a page stay as they are: PostgreSQL compresses those beyond 2 kB to make room, which costs more than
-- all the rest of writing them, and again at each read. Two of them still fit on a page; larger ones are compressed and
-- set apart as before.
ALTER TABLE "records" SET (toast_tuple_target = 4080);
