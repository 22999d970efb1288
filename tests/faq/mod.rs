//! What customers ask, one file for each question. The header of a file puts the question in our words; its tests are the answer.

mod character_limit;
mod compliance_statement;
mod contacts;
mod deleted_or_archived_channel;
mod do_not_disturb;
mod free_trial;
mod media_size;
mod monthly_reset;
mod quiet_hours;
mod spam_and_stop;
mod supported_countries;
mod threads_or_channels;
