-- What each model cost is answered from these alone, a client's and everybody's. The first one answers a month's cost too.
create index model_uses_sums_by_client on model_uses (client_id, at_ms, model, input_tokens, output_tokens, cost);
create index model_uses_sums_by_time on model_uses (at_ms, client_id, model, input_tokens, output_tokens, cost);

drop index model_uses_by_client;
drop index model_uses_by_time;
