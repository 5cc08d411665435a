-- Nothing wrote it: a step's files are named by its output, and the folder itself says their size and age.
drop table pipeline.artifact;
