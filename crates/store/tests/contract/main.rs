//! One contract, stamped for both engines.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod fixture;
mod grants;
mod imports;
mod lives;
mod messages;
mod rotations;
mod standings;
mod statements;
mod work;

/// Runs each case once on SQLite (a file) and once on PostgreSQL, where there is one.
macro_rules! contract {
    ($($module:ident: $($case:ident),+ $(,)?;)*) => {
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                crate::$module::$case(crate::fixture::Fixture::sqlite().await).await;
            })+)*
        }
        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                if let Some(fixture) = crate::fixture::Fixture::postgres().await {
                    crate::$module::$case(fixture).await;
                }
            })+)*
        }
    };
}

contract! {
    statements:
        every_statement_prepares, placeholders_count_by_number_not_by_place, values_come_back_as_they_went_in,
        a_failed_statement_fails_the_transaction, a_failing_closure_leaves_nothing, conflicts_are_told_apart,
        a_reader_cannot_write, migrating_twice_does_nothing, a_newer_or_changed_schema_is_refused;
    imports:
        a_batch_goes_its_way, the_same_roster_is_the_earlier_batch, nobody_decides_his_own,
        an_interrupted_import_leaves_nothing, a_cancelled_batch_frees_its_numbers, duplicates_are_found,
        publication_counts_and_tells, institutions_see_their_own;
    grants:
        fifty_submissions_grant_three, fifty_repeats_grant_one, the_window_frees_a_place_on_day_ninety,
        a_clock_set_back_is_refused, voiding_gives_the_place_back, another_maximum_counts_the_same_way,
        only_the_holder_may, a_revocation_and_a_grant_at_once;
    lives:
        a_copy_is_recorded_once, an_overtaken_copy_is_not_recorded, correction_keeps_history,
        revocation_and_reinstatement, a_change_needs_four_eyes, accounts_belong_to_an_identity,
        staff_seals_and_notices, query_numbers_expire;
    work:
        jobs_are_leased_once, a_job_that_does_not_open_keeps_no_other, one_kind_is_leased_before_what_waits_longer, effects_are_remembered, the_chain_links_and_verifies, a_tampered_chain_shows_where,
        a_wrong_key_stops, a_moved_value_does_not_open, an_attempt_counts_once;
    rotations:
        data_keys_rotate_and_resume, index_keys_rotate_and_resume;
    messages:
        a_message_is_told_once_and_to_accounts_alone, looks_are_counted_for_the_holder,
        what_went_online_is_grouped_by_day;
    standings:
        a_token_and_a_number_say_how_it_stands, whoever_remembers_answers_learns_of_changes;
}
