//! How many connections there may be, in all and of one address. A place is given back when it is dropped.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Limits;

/// A place among all connections.
pub(super) type Place = OwnedSemaphorePermit;

/// The places of a server.
pub(super) struct Places {
    free: Arc<Semaphore>,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_address: usize,
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.connections)),
            taken: Arc::default(),
            per_address: limits.connections_per_address,
        }
    }

    /// Waits for a place.
    pub(super) async fn free(&self) -> Place {
        self.free.clone().acquire_owned().await.expect("nobody closes the semaphore")
    }

    /// Gives a place to an address; none when it has its share.
    pub(super) fn seat(&self, place: Place, address: IpAddr) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if *count >= self.per_address && !address.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Seat { address, taken: self.taken.clone(), _place: place })
    }
}

/// A connection's place.
pub(super) struct Seat {
    address: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    _place: Place,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn places() -> Places {
        Places::new(&Limits { connections: 8, connections_per_address: 2, ..Limits::default() })
    }

    #[tokio::test]
    async fn an_address_gets_its_share_and_another_one_its_own() {
        let places = places();
        let (greedy, honest) = (Ipv4Addr::new(192, 0, 2, 1).into(), Ipv4Addr::new(192, 0, 2, 2).into());

        let first = places.seat(places.free().await, greedy);
        let second = places.seat(places.free().await, greedy);
        let third = places.seat(places.free().await, greedy);

        assert!(first.is_some() && second.is_some() && third.is_none());
        assert!(places.seat(places.free().await, honest).is_some());
    }

    #[tokio::test]
    async fn a_closed_connection_gives_its_place_back() {
        let places = places();
        let address = Ipv4Addr::new(192, 0, 2, 1).into();
        let seats = [places.seat(places.free().await, address), places.seat(places.free().await, address)];

        drop(seats);

        assert!(places.seat(places.free().await, address).is_some());
        assert_eq!(places.free.available_permits(), 8);
    }
}
