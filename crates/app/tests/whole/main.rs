//! Whole use cases, from a roster to a verified copy, over both engines: each case is written once and stamped for
//! SQLite (a data directory of its own) and PostgreSQL (a database of its own, where there is a server).
//!
//! The clock stands until a case moves it, and sealing is real: system fonts, demo trust, P-256.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod batches;
mod copies;
mod device;
mod faults;
mod fixture;
mod gateways;
mod givings;
mod holders;
mod installations;
mod interruptions;
mod lives;
mod messages;
mod names;
mod nationals;
mod packages;
mod passkeys;
mod quota;
mod statements;
mod verdicts;

/// Runs each case once on SQLite and once on PostgreSQL, where there is one.
macro_rules! whole {
    ($($module:ident: $($case:ident),+ $(,)?;)*) => {
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                crate::$module::$case(crate::fixture::House::sqlite().await).await;
            })+)*
        }
        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                if let Some(house) = crate::fixture::House::postgres().await {
                    crate::$module::$case(house).await;
                }
            })+)*
        }
    };
}

whole! {
    accounts:
        an_account_comes_with_its_proof, real_people_are_not_proved_by_a_demo,
        one_document_is_asked_about_ten_times, a_full_queue_spends_no_code,
        a_taken_identity_is_told_to_its_owner_alone, a_corrected_identity_registers_again,
        guesses_are_counted_and_rest, a_code_is_guessed_five_times_whoever_guesses,
        recovery_says_the_same_to_everybody, a_change_makes_an_older_recovery_worthless,
        sessions_end_by_time_by_hand_and_by_a_new_password,
        the_second_step_is_taken_once, a_change_is_told_when_the_gateway_is_back, another_contact_is_confirmed_before_it_counts;
    names:
        a_name_set_apart_is_the_name, rows_of_before_are_reached_as_they_are_printed,
        which_name_there_is_is_not_told;
    passkeys:
        a_passkey_lets_its_holder_in, an_answer_counts_once_in_time_and_in_its_browser,
        a_device_that_lies_lets_nobody_in, a_counter_that_goes_back_is_told,
        a_key_asked_for_with_an_old_password_is_not_kept, passkeys_are_the_accounts;
    gateways:
        a_code_goes_by_http_and_a_refusal_is_told, who_proves_says_yes_no_or_nothing,
        a_mail_has_one_recipient_and_our_headers, what_is_for_demos_serves_nobody_else;
    givings:
        fifty_who_open_at_once_get_the_one_view_that_is_left,
        guesses_at_a_pin_are_counted_however_many_come_at_once, a_share_gives_the_copy_until_it_is_recalled,
        what_ends_ends_its_shares_at_once, a_proof_of_work_counts_once_and_is_not_made_cheaper,
        without_script_one_waits_and_comes_seldom;
    batches:
        a_roster_goes_its_way, nobody_decides_his_own, the_same_bytes_are_the_earlier_batch,
        a_dry_run_or_a_bad_row_stores_nothing, an_institution_stays_in_its_room;
    quota:
        fifty_submissions_grant_three, fifty_repeats_grant_one, the_window_frees_a_place_on_day_ninety,
        a_clock_set_back_is_refused, validity_has_its_bounds, the_day_is_shanghais,
        one_key_is_one_submission;
    lives:
        a_correction_supersedes_and_voids, a_type_that_was_put_right_hides_nothing, a_revocation_shows_and_can_be_reversed, a_withdrawal_keeps_its_place,
        an_endorsement_expires, nobody_decides_his_own_request, a_change_that_came_too_late_is_refused;
    copies:
        a_direct_copy_needs_no_endorsement, a_character_without_glyph_is_refused, a_rotten_copy_is_made_again,
        the_time_for_keeping_ends, what_nothing_refers_to_is_swept, a_holder_sees_only_his_own, a_suspended_seal_seals_nothing,
        a_photo_stands_on_the_copy;
    holders:
        a_long_list_is_searched_and_paged, an_empty_list_explains_itself, anothers_id_is_no_id,
        a_preview_tells_what_would_be_granted, a_picture_is_seen_by_whoever_may_have_the_copy, a_link_downloads_once;
    verdicts:
        a_good_copy_is_valid_by_every_way, every_miss_looks_the_same, look_ups_are_counted, before_its_first_day_a_copy_is_no_match, query_numbers_end,
        a_query_number_is_asked_for_once_and_ended_by_its_holder,
        a_file_is_judged_by_what_it_is, a_revoked_seal_is_invalid, an_outage_is_not_invalidity;
    interruptions:
        an_import_dies_at_each_step, a_publication_dies_between_chunks, a_cancellation_dies_before_clearing,
        a_copy_dies_before_it_is_stored, a_copy_dies_before_it_is_recorded, another_program_draws_another_copy,
        a_correction_overtakes_an_open_intent;
    packages:
        one_endorsement_has_two_copies, a_package_dies_before_it_is_stored_or_recorded,
        a_seal_without_sm2_makes_no_package, a_direct_copy_says_the_same_in_both_formats,
        those_who_ask_at_once_get_one_copy;
    nationals:
        a_national_pair_is_taken_as_a_whole_or_not_at_all, what_the_register_does_not_know_seals_nothing,
        a_demo_makes_the_version_of_the_settings, a_seal_near_its_end_is_spoken_of_and_one_past_it_refuses,
        both_pairs_come_at_once;
    statements:
        a_code_is_judged_with_and_without_the_register, a_code_put_together_from_two_is_found,
        a_statement_outlives_a_kill, a_register_of_before_is_brought_up, hostile_texts_are_judged,
        a_statement_alone_finds_its_copy, codes_have_names_where_the_trust_folder_has_the_catalogue;
    faults:
        what_cannot_be_audited_is_not_done, a_tampered_audit_shows_where, two_chainers_do_not_quarrel;
    messages:
        what_went_online_is_told_once, a_worker_dies_and_another_sends, a_gateway_that_is_down_is_tried_again,
        what_waits_is_sent_after_an_index_rotation, changes_are_told_and_no_new_name, a_reminder_comes_before_the_last_day_and_once,
        who_looked_is_told_to_the_holder_alone, ones_data_come_in_one_file, an_account_is_closed_and_may_come_again,
        two_closings_at_once_are_one, a_changed_password_is_told_before_anything_else,
        what_went_online_is_news;
    installations:
        keys_rotate_and_all_stays_readable, what_was_on_its_way_during_a_rotation_is_not_lost, rotations_at_once_lose_no_key,
        a_demo_gets_what_an_earlier_release_lacks, a_wrong_key_file_stops, a_database_of_another_directory_stops;
}
