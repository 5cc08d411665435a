alter table serving.arm
    add column buckets integer[] not null default '{}',
    add constraint arm_buckets_ck check (cardinality(buckets) % 2 = 0);
comment on column serving.arm.buckets is 'Pairs of from (inclusive) and to (exclusive) within 0..10000: the keys of this arm, kept so that changed weights move as few keys as possible.';
