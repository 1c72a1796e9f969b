//! Happens-before among the events of one transaction's life: program order, send to delivery, decision to promotion.

use super::explain::Missing;
use super::life::Life;
use super::story::What;
use super::words::{Words, place, time};
use crate::engine::Moment;
use crate::protocol::fact::Fact;
use crate::protocol::ids::ServerId;
use petgraph::dot::{Config, Dot};
use petgraph::graph::{DiGraph, NodeIndex};

/// Where an event happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// At the client.
    Client,
    /// At a server.
    Server(ServerId),
    /// At the manager.
    Manager,
}

/// The graph; an edge leads from what was first to what needed it.
#[derive(Clone, Debug)]
pub struct Graph {
    graph: DiGraph<String, String>,
    /// The nodes of the life's events, in order.
    nodes: Vec<NodeIndex>,
}

impl Graph {
    /// The graph of a life, with the edge that is missing.
    pub fn of(words: &Words, life: &Life, missing: Option<Missing>) -> Graph {
        let mut graph = DiGraph::new();
        let label = |at: Moment, what: &What| {
            let event = words.event(what).replace('\\', "\\\\");
            format!("{}\\n{event}", time(at))
        };
        let nodes: Vec<NodeIndex> = life
            .events
            .iter()
            .map(|(at, what)| graph.add_node(label(*at, what)))
            .collect();
        let places: Vec<Node> = life
            .events
            .iter()
            .map(|event| place(life, &event.1))
            .collect();
        for (later, here) in places.iter().enumerate() {
            // Program order: the last event at the same place.
            if let Some(earlier) = places[..later].iter().rposition(|there| there == here) {
                graph.add_edge(nodes[earlier], nodes[later], String::new());
            }
            for (earlier, why) in causes(life, later) {
                graph.add_edge(nodes[earlier], nodes[later], why.to_owned());
            }
        }
        if let Some(missing) = missing {
            let events = life.events.iter();
            let sends = |what: &What| {
                matches!(what, What::Noted(Fact::Sent { replica, .. }) if *replica == missing.candidate)
                    || matches!(what, What::Noted(Fact::Logged { .. }))
            };
            let from = events.clone().rposition(|event| sends(&event.1));
            let promoted = |what: &What| matches!(what, What::Noted(Fact::Promoted { server }) if *server == missing.candidate);
            let to = events.clone().position(|event| promoted(&event.1));
            if let (Some(from), Some(to)) = (from, to) {
                let why = format!("MISSING: {}", missing.label);
                graph.add_edge(nodes[from], nodes[to], why);
            }
        }
        Graph { graph, nodes }
    }

    /// For `dot`: the slice as a picture of its own.
    pub fn dot(&self) -> String {
        let edge = |_: &DiGraph<String, String>,
                    edge: petgraph::graph::EdgeReference<'_, String>| {
            match edge.weight().starts_with("MISSING") {
                true => format!("label={:?} color=red style=dashed", edge.weight()),
                false => format!("label={:?}", edge.weight()),
            }
        };
        let node = |_: &DiGraph<String, String>, (_, label): (NodeIndex, &String)| {
            format!("label=\"{}\" shape=box", label.replace('"', "'"))
        };
        let config = [Config::EdgeNoLabel, Config::NodeNoLabel];
        let dot = Dot::with_attr_getters(&self.graph, &config, &edge, &node);
        format!("{dot:?}")
    }

    /// Whether one event of the life happened before another.
    pub fn before(&self, earlier: usize, later: usize) -> bool {
        petgraph::algo::has_path_connecting(
            &self.graph,
            self.nodes[earlier],
            self.nodes[later],
            None,
        )
    }
}

/// Events of a life that an event needed, from other places.
fn causes(life: &Life, later: usize) -> Vec<(usize, &'static str)> {
    let before = |wanted: &dyn Fn(&What) -> bool| {
        life.events[..later]
            .iter()
            .rposition(|event| wanted(&event.1))
    };
    let found = match life.events[later].1 {
        What::Noted(Fact::Logged { .. }) => {
            before(&|what| matches!(what, What::Submitted(_))).map(|at| (at, "request"))
        }
        What::Noted(Fact::Received { replica: to, .. }) => before(
            &|what| matches!(what, What::Noted(Fact::Sent { replica, .. }) if *replica == to),
        )
        .map(|at| (at, "events")),
        What::Noted(Fact::Acknowledged { replica: of, .. }) => before(
            &|what| matches!(what, What::Noted(Fact::Received { replica, .. }) if *replica == of),
        )
        .map(|at| (at, "acknowledgement")),
        What::Answered { .. } => before(&|what| {
            matches!(
                what,
                What::Noted(Fact::Visible { .. } | Fact::Acknowledged { .. })
            )
        })
        .map(|at| (at, "OK")),
        What::Noted(Fact::Detected) => before(&|what| {
            matches!(
                what,
                What::Noted(Fact::Crashed { .. } | Fact::Reachable { .. })
            )
        })
        .map(|at| (at, "silence")),
        What::Noted(Fact::Promoted { .. }) => {
            before(&|what| matches!(what, What::Noted(Fact::Detected))).map(|at| (at, "decision"))
        }
        What::Submitted(_)
        | What::Noted(_)
        | What::Synced(..)
        | What::Lost { .. }
        | What::Turns(..) => None,
    };
    found.into_iter().collect()
}
