//! The models and experiments that are built into the program, so that it runs anywhere; a test keeps the lists whole.

/// A bare name and the text of its file.
type Entry = (&'static str, &'static str);

macro_rules! shelf {
    ($directory:literal: $($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../", $directory, "/", $name, ".json")))),*]
    };
}

/// The files of `models/`.
pub const MODELS: [Entry; 33] = shelf!("models":
    "clusters/mariadb-10.11",
    "clusters/mariadb-11.4",
    "clusters/mariadb-11.8",
    "clusters/measured",
    "clusters/mysql-5.7",
    "clusters/mysql-8.0",
    "clusters/mysql-8.4",
    "clusters/mysql-9.7",
    "clusters/rolling-upgrade",
    "defaults",
    "failures/typical",
    "hardware/costs",
    "hardware/cross_az",
    "hardware/europe_asia",
    "hardware/europe_us",
    "hardware/gp3",
    "hardware/hdd",
    "hardware/io2",
    "hardware/loopback",
    "hardware/measured-machine",
    "hardware/nvme_consumer",
    "hardware/nvme_plp",
    "hardware/pd_ssd",
    "hardware/raid_bbu",
    "hardware/same_az",
    "hardware/same_continent",
    "hardware/us_coasts",
    "hardware/yandex_zones",
    "policies/disable_writes",
    "policies/executed-first",
    "policies/fall_back_to_async",
    "policies/no-manager",
    "policies/received-first",
);

/// The files of `experiments/`.
pub const EXPERIMENTS: [Entry; 16] = shelf!("experiments":
    "acker-durability",
    "master-crash",
    "no-replica",
    "no-replica-crash",
    "parallel-apply",
    "partition",
    "rejoin",
    "replica-outage",
    "rtt-and-autocommit",
    "semi-sync-timeout",
    "site-loss",
    "slow-replica",
    "two-acks",
    "wait-point",
    "years",
    "years-no-replica",
);

/// The files of `lessons/`.
pub const LESSONS: [Entry; 8] = shelf!("lessons":
    "000-homework",
    "001-three-nodes",
    "002-step-by-step",
    "003-managed-cluster",
    "004-lossless",
    "005-which-wait-point",
    "006-todays-words",
    "007-no-replica",
);

#[cfg(test)]
mod tests;
