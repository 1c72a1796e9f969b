//! The kinds of crash: whom each strikes, what survives it, who notices (architecture.md, "Crash kinds"; semantics.md 6.1).

use super::lane::Lost;
use super::server::Life;

/// Why and how a server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crash {
    /// kill -9: page cache and socket buffers survive, peers notice at once.
    ProcessKill,
    /// The host loses power: back to the last fsync, socket buffers lost, peers notice by time-out.
    HostLoss,
    /// The site loses power: as a host, and what is on the wire is lost too.
    SiteLoss,
    /// Network cut, then the process killed: page cache survives, wire and socket buffers lost.
    CutAndKill,
    /// The end of a clean shutdown (`rules/shutdown.rs`): every file is on its disk, peers notice at once.
    Shutdown,
}

/// How peers and the manager notice that a server is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Noticed {
    /// Its connections are closed.
    AtOnce,
    /// It is silent.
    ByTimeOut,
}

/// Who stops together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A server process.
    Process,
    /// All servers of a host.
    Host,
    /// All servers of a site, and the clients in it.
    Site,
}

/// What a kind of crash strikes, what survives it and what it is called.
struct Declared {
    name: &'static str,
    reach: Reach,
    page_cache: bool,
    socket_buffers: bool,
    wire: bool,
    noticed: Noticed,
    leaves: Life,
    died: &'static str,
    shown: &'static str,
}

impl Crash {
    /// Every kind that nobody wants, in the order of documents: a shutdown is none.
    pub const ALL: [Crash; 4] = [
        Crash::ProcessKill,
        Crash::HostLoss,
        Crash::SiteLoss,
        Crash::CutAndKill,
    ];

    const fn declared(self) -> Declared {
        match self {
            Crash::ProcessKill => Declared {
                name: "process_kill",
                reach: Reach::Process,
                page_cache: true,
                socket_buffers: true,
                wire: true,
                noticed: Noticed::AtOnce,
                leaves: Life::Dead,
                died: "killed",
                shown: "$ docker kill {server}",
            },
            Crash::HostLoss => Declared {
                name: "host_loss",
                reach: Reach::Host,
                page_cache: false,
                socket_buffers: false,
                wire: true,
                noticed: Noticed::ByTimeOut,
                leaves: Life::Absent,
                died: "lost with its host",
                shown: "# the host of {server} loses power",
            },
            Crash::SiteLoss => Declared {
                name: "site_loss",
                reach: Reach::Site,
                page_cache: false,
                socket_buffers: false,
                wire: false,
                noticed: Noticed::ByTimeOut,
                leaves: Life::Silent,
                died: "lost with its site",
                shown: "# the site of {server} loses power",
            },
            Crash::CutAndKill => Declared {
                name: "cut_and_kill",
                reach: Reach::Process,
                page_cache: true,
                socket_buffers: false,
                wire: false,
                noticed: Noticed::ByTimeOut,
                leaves: Life::Silent,
                died: "cut off and killed",
                shown: "# {server} is cut off and killed",
            },
            Crash::Shutdown => Declared {
                name: "shutdown",
                reach: Reach::Process,
                page_cache: true,
                socket_buffers: true,
                wire: true,
                noticed: Noticed::AtOnce,
                leaves: Life::Dead,
                died: "shut down",
                shown: "$ docker stop {server}",
            },
        }
    }

    /// As descriptions and documents have it.
    pub const fn name(self) -> &'static str {
        self.declared().name
    }

    /// Who stops together.
    pub const fn reach(self) -> Reach {
        self.declared().reach
    }

    /// Whether the page cache survives.
    pub const fn keeps_page_cache(self) -> bool {
        self.declared().page_cache
    }

    /// When peers notice.
    pub const fn noticed(self) -> Noticed {
        self.declared().noticed
    }

    /// What is left of the server: who answers its peers when they connect again.
    pub const fn leaves(self) -> Life {
        self.declared().leaves
    }

    /// Whether peers get a FIN or RST at once.
    pub const fn is_clean(self) -> bool {
        matches!(self.noticed(), Noticed::AtOnce)
    }

    /// Whether what the host had in its socket buffers is still delivered.
    pub const fn keeps_socket_buffers(self) -> bool {
        self.declared().socket_buffers
    }

    /// Whether what is on the wire is still delivered.
    pub const fn keeps_wire(self) -> bool {
        self.declared().wire
    }

    /// What it destroys of what the host has sent.
    pub const fn destroys(self) -> Option<Lost> {
        match (self.keeps_socket_buffers(), self.keeps_wire()) {
            (true, _) => None,
            (false, true) => Some(Lost::SocketBuffer),
            (false, false) => Some(Lost::SocketBufferAndWire),
        }
    }

    /// Whether it matters what had left the host's socket buffers: it is delivered, the rest is lost.
    pub const fn separates_wire(self) -> bool {
        self.keeps_wire() && !self.keeps_socket_buffers()
    }

    /// What became of the server: `mysql-m killed`, `mysql-m was killed`.
    pub const fn died(self) -> &'static str {
        self.declared().died
    }

    /// A line of a lesson that shows it happen to this server.
    pub fn shown(self, server: &str) -> String {
        self.declared().shown.replace("{server}", server)
    }
}
