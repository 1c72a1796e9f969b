//! Links in time: what leaves when, what arrives when; in order per direction.

use super::moment::Moment;
use super::slots::Slot;
use crate::engine::desk::Desk;
use crate::plan::Plan;
use crate::protocol::effect::{Direction, LaneId};
use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::protocol::lane::Lost;
use crate::protocol::partition::End;
use crate::protocol::world::World;
use crate::random::Weather;
use std::collections::VecDeque;

/// TCP's first retransmission timeout, doubled at each try (semantics.md 12a), and the longest.
const FIRST_RETRY: Span = Span::millis(200);
const LONGEST_RETRY: Span = Span::seconds(120);

/// One direction of one link in time; `protocol::lane::Lane` holds what travels, this holds when.
#[derive(Clone, Debug, Default)]
struct Timing {
    /// Bytes of the packets in the socket buffer, in order.
    socket: VecDeque<u32>,
    /// Sent and arrival times of the packets on the wire, in order.
    wire: VecDeque<(Moment, Moment)>,
    stuck_since: Option<Moment>,
    /// Since when something that is stuck waits to be acknowledged, or will: the next heartbeat.
    unacknowledged_since: Option<Moment>,
    last_heard: Moment,
    last_arrival: Moment,
    /// Time that its packets took or take to leave, ns.
    busy: u64,
    /// Bytes that may still leave: nothing tells the sender that they arrive.
    window: Option<u64>,
}

/// What a path between a client and a server carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// To the server.
    Request,
    /// To the client.
    Answer,
}

/// The network in one run.
#[derive(Clone, Debug)]
pub struct Network {
    lanes: Vec<[Timing; 2]>,
    /// Weather of each path between two servers, `[from][to]`.
    weather: Vec<Vec<Option<Weather>>>,
    loss: Vec<Vec<Option<Weather>>>,
    /// Weather on the paths between clients and servers: requests, answers.
    clients: Vec<[Weather; 2]>,
    /// Sum of one-way times and packets that arrived.
    pub one_way: (u128, u64),
}

impl Network {
    /// A calm network.
    pub fn new(plan: &Plan, seed: u64, run: u64) -> Network {
        let servers = plan.servers.len();
        let weather =
            |purpose: &str, wanted: &dyn Fn(usize, usize) -> bool| -> Vec<Vec<Option<Weather>>> {
                (0..servers)
                    .map(|from| {
                        (0..servers)
                            .map(|to| {
                                let path = &plan.paths[from][to];
                                (from != to && wanted(from, to))
                                    .then(|| Weather::new(seed, run, &path.name, purpose))
                            })
                            .collect()
                    })
                    .collect()
            };
        Network {
            lanes: vec![<[Timing; 2]>::default(); servers],
            weather: weather("delay", &|_, _| true),
            loss: weather("loss", &|from, to| plan.paths[from][to].loss > 0),
            clients: plan
                .clients
                .path_names
                .iter()
                .map(|name| {
                    ["requests", "answers"].map(|purpose| Weather::new(seed, run, name, purpose))
                })
                .collect(),
            one_way: (0, 0),
        }
    }

    fn timing(&mut self, lane: LaneId) -> &mut Timing {
        &mut self.lanes[usize::from(lane.replica.0)][lane.direction as usize]
    }

    /// The servers between which a lane runs now: from, to.
    fn ends(world: &World, lane: LaneId) -> Option<(usize, usize)> {
        let replica = usize::from(lane.replica.0);
        let upstream = world
            .link(lane.replica)
            .dump
            .on
            .or(world.server(lane.replica).replica.upstream)?;
        let upstream = usize::from(upstream.0);
        Some(match lane.direction {
            Direction::Events => (upstream, replica),
            Direction::Acks => (replica, upstream),
        })
    }

    /// One-way delay of a message that leaves now.
    pub fn delay(&mut self, plan: &Plan, now: Moment, from: usize, to: usize) -> u64 {
        let path = &plan.paths[from][to];
        let epoch = epoch(plan, now);
        let draw = self.weather[from][to]
            .as_mut()
            .map_or(0, |weather| weather.at(epoch));
        let mut delay = path.delay.sample(draw);
        if let Some(loss) = self.loss[from][to].as_mut()
            && (loss.at(epoch) >> 32) < u64::from(path.loss)
        {
            delay = delay.saturating_add(path.retransmission.0);
        }
        delay
    }

    /// One-way delay between the client of a session and a server.
    pub fn client_delay(
        &mut self,
        plan: &Plan,
        now: Moment,
        session: SessionId,
        server: ServerId,
        carries: Carries,
    ) -> u64 {
        let path = plan.clients.path(plan.cluster.place_of(session), server);
        let epoch = epoch(plan, now);
        let draw = self.clients[path][carries as usize].at(epoch);
        plan.clients.delay[path].sample(draw)
    }

    /// A packet was put into the socket buffer.
    pub fn transmit(&mut self, desk: &mut Desk, world: &World, lane: LaneId, bytes: u32) {
        let timing = self.timing(lane);
        timing.socket.push_back(bytes);
        if timing.stuck_since.is_some() {
            self.waits_for_tcp(desk, lane, desk.now);
        } else if timing.socket.len() == 1 {
            timing.busy += Self::send_first(desk, world, lane, bytes);
        }
    }

    /// Time that the packets of a lane took to leave so far, or will when the one that leaves now has, ns.
    pub(super) fn busy(&self, lane: LaneId) -> u64 {
        self.lanes[usize::from(lane.replica.0)][lane.direction as usize].busy
    }

    /// Something cannot get through from this moment on: TCP tries again, and gives the connection up in the end.
    fn waits_for_tcp(&mut self, desk: &mut Desk, lane: LaneId, since: Moment) {
        let known = &mut self.timing(lane).unacknowledged_since;
        let first = known.map_or(since, |known| known.min(since));
        *known = Some(first);
        let gives_up = first + desk.plan.network_give_up;
        desk.agenda
            .set(desk.layout.index(Slot::GivesUp(lane)), gives_up);
    }

    /// When a dump thread that has nothing else to send sends its next heartbeat.
    fn next_heartbeat(&mut self, world: &World, lane: LaneId, now: Moment) -> Option<Moment> {
        let period = world.server(lane.replica).variables.heartbeat_period;
        let sends = lane.direction == Direction::Events
            && world.link(lane.replica).dump.on.is_some()
            && period > Span(0);
        sends.then(|| self.last_heard(lane.replica, period, now) + period)
    }

    /// The first packet begins to leave; for how long.
    fn send_first(desk: &mut Desk, world: &World, lane: LaneId, bytes: u32) -> u64 {
        let bandwidth =
            Self::ends(world, lane).map_or(0, |(from, to)| desk.plan.paths[from][to].bandwidth);
        let time = (u64::from(bytes) * 8)
            .saturating_mul(1_000_000_000)
            .checked_div(bandwidth)
            .unwrap_or(0);
        let leaves = desk.now + Span(time);
        desk.agenda
            .set(desk.layout.index(Slot::Depart(lane)), leaves);
        time
    }

    /// The first packet has left the socket buffer: when it arrives, and when the next leaves. The host of the proxy
    /// that passes it on, if there is one.
    pub fn departed(&mut self, desk: &mut Desk, world: &World, lane: LaneId) -> Option<usize> {
        let ends = Self::ends(world, lane);
        let delay = match ends {
            Some((from, to)) => self.delay(desk.plan, desk.now, from, to),
            None => 0,
        };
        let timing = self.timing(lane);
        timing.socket.pop_front();
        let arrival = (desk.now + Span(delay)).max(timing.last_arrival);
        timing.last_arrival = arrival;
        timing.wire.push_back((desk.now, arrival));
        if timing.wire.len() == 1 {
            desk.agenda
                .set(desk.layout.index(Slot::Arrive(lane)), arrival);
        }
        if let Some(&bytes) = timing.socket.front() {
            timing.busy += Self::send_first(desk, world, lane, bytes);
        }
        ends.and_then(|(from, to)| desk.plan.paths[from][to].proxy)
    }

    /// The first packet on the wire has arrived.
    pub fn arrived(&mut self, desk: &mut Desk, lane: LaneId) {
        let timing = self.timing(lane);
        timing.last_heard = desk.now;
        let sent = timing.wire.pop_front().map(|(sent, _)| sent);
        if let Some(&(_, next)) = timing.wire.front() {
            desk.agenda.set(desk.layout.index(Slot::Arrive(lane)), next);
        }
        if let (Some(sent), Direction::Events) = (sent, lane.direction) {
            self.one_way.0 += u128::from((desk.now - sent).0);
            self.one_way.1 += 1;
        }
    }

    /// Packets are lost: when each would have arrived, if it was on the wire.
    pub fn cut(
        &mut self,
        desk: &mut Desk,
        world: &World,
        lane: LaneId,
        lost: Lost,
    ) -> Vec<Option<Moment>> {
        let wire = lost == Lost::SocketBufferAndWire;
        let end = |server: usize| End::Server(ServerId(server as u8));
        let cut_off =
            Self::ends(world, lane).is_some_and(|(from, to)| !world.cuts.talk(end(from), end(to)));
        let timing = self.timing(lane);
        let on_wire = timing.wire.iter().filter(|_| wire);
        let mut arrivals: Vec<Option<Moment>> =
            on_wire.map(|&(_, arrival)| Some(arrival)).collect();
        arrivals.extend(timing.socket.iter().map(|_| None));
        timing.socket.clear();
        timing.unacknowledged_since = None;
        desk.agenda.clear(desk.layout.index(Slot::GivesUp(lane)));
        desk.agenda.clear(desk.layout.index(Slot::Depart(lane)));
        if wire {
            timing.wire.clear();
            timing.last_arrival = Moment::START;
            desk.agenda.clear(desk.layout.index(Slot::Arrive(lane)));
            if !cut_off {
                timing.stuck_since = None;
                timing.window = None;
            }
        }
        arrivals
    }

    /// The network carries nothing: what is on the wire will have to be sent again.
    pub fn stick(&mut self, desk: &mut Desk, world: &World, lane: LaneId) {
        let timing = self.timing(lane);
        for _ in 0..timing.wire.len() {
            timing.socket.push_front(0);
        }
        timing.wire.clear();
        timing.stuck_since.get_or_insert(desk.now);
        desk.agenda.clear(desk.layout.index(Slot::Depart(lane)));
        desk.agenda.clear(desk.layout.index(Slot::Arrive(lane)));
        let since = match timing.socket.is_empty() {
            true => self.next_heartbeat(world, lane, desk.now),
            false => Some(desk.now),
        };
        if let Some(since) = since {
            self.waits_for_tcp(desk, lane, since);
        }
    }

    /// The other direction is cut: what arrives is not acknowledged, so the sender stops after a window.
    pub fn shut_window(&mut self, plan: &Plan, lane: LaneId) {
        let timing = self.timing(lane);
        if timing.stuck_since.is_none() {
            timing.window = Some(plan.network_window);
        }
    }

    /// Whether the first packet in the socket buffer has to stay there for want of TCP's acknowledgements.
    pub fn window_is_used_up(&mut self, lane: LaneId) -> bool {
        let timing = self.timing(lane);
        let Some(left) = timing.window else {
            return false;
        };
        let bytes = u64::from(timing.socket.front().copied().unwrap_or(0));
        timing.window = left.checked_sub(bytes).or(Some(0));
        left < bytes.max(1)
    }

    /// The network works again: TCP's next retry comes up to the partition's own length later.
    pub fn unstick(&mut self, desk: &mut Desk, lane: LaneId) {
        let timing = self.timing(lane);
        timing.window = None;
        timing.stuck_since = None;
        let Some(since) = timing.unacknowledged_since.take() else {
            return;
        };
        desk.agenda.clear(desk.layout.index(Slot::GivesUp(lane)));
        if timing.socket.is_empty() {
            return;
        }
        let retry = next_retry(since, desk.now);
        desk.agenda
            .set(desk.layout.index(Slot::Depart(lane)), retry);
    }

    /// When the replica last heard of its upstream: a packet, or a heartbeat since then.
    pub fn last_heard(&mut self, replica: ServerId, heartbeat: Span, now: Moment) -> Moment {
        let heard = self
            .timing(LaneId {
                replica,
                direction: Direction::Events,
            })
            .last_heard;
        let beats = (now - heard).0.checked_div(heartbeat.0).unwrap_or(0);
        heard + Span(beats * heartbeat.0)
    }
}

/// The stretch of the network's weather at a moment.
fn epoch(plan: &Plan, now: Moment) -> u64 {
    now.since_start().0 / plan.network_epoch.0.max(1)
}

/// The moment of TCP's next try for what is stuck since then: the time-out doubles, up to its most.
pub fn next_retry(since: Moment, now: Moment) -> Moment {
    let (mut retry, mut wait) = (since + FIRST_RETRY, FIRST_RETRY);
    while retry < now {
        wait = Span(wait.0 * 2).min(LONGEST_RETRY);
        retry = retry + wait;
    }
    retry
}
