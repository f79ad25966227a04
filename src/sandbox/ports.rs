//! A loopback port for every domain.
//!
//! Invariants: a port is taken before the world says which it is; a domain in a VPC has a port
//! that nobody listens at; one that is being made has none.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

use super::SandboxError;
use super::data_plane::Door;
use super::services::search::Reach;
use super::world::World;

/// The ports that were taken.
pub(super) struct Ports {
    pub(super) open: Vec<(TcpListener, Door)>,
    pub(super) closed: Vec<TcpSocket>,
    pub(super) names: Vec<(String, SocketAddr)>,
}

/// Takes a port for every domain that has an endpoint.
pub(super) async fn open(world: &mut World, ip: IpAddr) -> Result<Ports, SandboxError> {
    let mut ports = Ports {
        open: Vec::new(),
        closed: Vec::new(),
        names: Vec::new(),
    };
    let mut addresses = Vec::new();
    for domain in world.domains.all() {
        let facts = &domain.facts;
        let failed = |source| SandboxError::Domain {
            domain: facts.name.clone(),
            source,
        };
        if facts.being_made {
            addresses.push(None);
            continue;
        }
        let any = SocketAddr::new(ip, 0);
        let address = match facts.reach {
            Reach::Public => {
                let listener = TcpListener::bind(any).await.map_err(failed)?;
                let address = listener.local_addr().map_err(failed)?;
                let door = Door {
                    domain: facts.name.clone(),
                    region: facts.region.clone(),
                    host: address.to_string(),
                    anonymous: facts.anonymous,
                    fine_grained: facts.fine_grained,
                };
                ports.open.push((listener, door));
                address
            }
            Reach::Vpc { .. } => {
                let (socket, address) = closed(any).map_err(failed)?;
                ports.closed.push(socket);
                address
            }
        };
        ports.names.push((facts.name.clone(), address));
        addresses.push(Some(address));
    }
    world.domains.place(&addresses);
    Ok(ports)
}

/// A port that is taken and refuses connections.
fn closed(any: SocketAddr) -> io::Result<(TcpSocket, SocketAddr)> {
    let socket = if any.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.bind(any)?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use crate::sandbox::{Options, Sandbox, Scenario};

    const SCENARIO: &str = r#"
[[domain]]
name = "open"
engine = "OpenSearch_2.11"

[[domain]]
name = "inside"
engine = "OpenSearch_2.11"
unreachable = true

[[domain]]
name = "coming"
engine = "OpenSearch_2.11"
fresh = true
"#;

    #[tokio::test]
    async fn every_domain_has_the_port_that_it_should_have() {
        let options = Options {
            scenario: Scenario::from_toml(SCENARIO, "test").unwrap(),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let domains = sandbox.domains().to_vec();
        let names: Vec<&str> = domains.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["open", "inside"]);
        let line = format!("domain open http://{}", domains[0].1);
        assert!(sandbox.banner().contains(&line));
        assert!(TcpStream::connect(domains[0].1).await.is_ok());
        assert!(TcpStream::connect(domains[1].1).await.is_err());
        drop(sandbox);
        // Its task ends as soon as the runtime comes to it.
        for _ in 0..100 {
            if TcpStream::connect(domains[0].1).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the port of a domain stays open");
    }
}
