//! Tests of `slots`.

use super::*;

#[test]
fn every_slot_number_stands_for_one_thing_and_back() {
    let (faults, servers, hosts, sessions, readers, workers, pools) = (2, 3, 4, 5, 2, 4, 3);
    let layout = Layout::new(faults, servers, hosts, sessions, readers, workers, pools);
    let mut slots = vec![Slot::Sample];
    slots
        .extend((0..faults).flat_map(|fault| (0..PER_FAULT).map(move |at| Slot::Fault(fault, at))));
    slots.extend(
        [
            Timer::Detect(Noticed::AtOnce),
            Timer::Promote,
            Timer::CatchUp,
            Timer::NoReplica,
            Timer::Compare,
        ]
        .map(Slot::Timer),
    );
    for id in (0..servers as u8).map(ServerId) {
        let timers = [
            Timer::RedoBackground,
            Timer::GroupDelay,
            Timer::Connect,
            Timer::NetTimeout,
            Timer::Repoint,
            Timer::Fence,
            Timer::Heartbeat,
            Timer::WriteTimeout,
            Timer::AckPoll,
            Timer::Shutdown,
        ];
        slots.extend(timers.map(|timer| Slot::Timer(timer(id))));
        let files = [File::Redo, File::Binlog, File::RelayLog];
        slots.extend(files.map(|file| Slot::Fsync(id, file)));
        slots.extend([Worker::Io, Worker::Dump, Worker::AckReceiver].map(|at| Slot::Work(at(id))));
        slots.push(Slot::Writeback(id));
        for direction in [Direction::Events, Direction::Acks] {
            let lane = LaneId {
                replica: id,
                direction,
            };
            slots.extend([Slot::Depart(lane), Slot::Arrive(lane), Slot::GivesUp(lane)]);
        }
        for worker in 0..workers as u8 {
            slots.push(Slot::Work(Worker::Applier(id, worker)));
            slots.push(Slot::Timer(Timer::SemiSyncWait(Committer::Applier(
                id, worker,
            ))));
        }
    }
    slots.extend((0..hosts).map(Slot::Journal));
    slots.extend((0..pools).map(Slot::Arrival));
    for id in (0..sessions as u16).map(SessionId) {
        slots.extend([
            Slot::Work(Worker::Session(id)),
            Slot::Client(id),
            Slot::ClientTimeout(id),
        ]);
        slots.push(Slot::Timer(Timer::SemiSyncWait(Committer::Session(id))));
    }
    slots.extend((0..readers as u16).map(Slot::Reader));
    let mut numbers: Vec<usize> = slots.iter().map(|&slot| layout.index(slot)).collect();
    for (slot, &number) in slots.iter().zip(&numbers) {
        assert_eq!(layout.slot(number), *slot);
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..layout.slots()).collect::<Vec<_>>());
}
