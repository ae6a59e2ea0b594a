package import NPUBase

extension LoadStateMachine {
  /// How a run is stopped before its plan is carried out.
  package enum Stop: Sendable, Hashable {
    /// Start nothing more, wait for what is in flight.
    case gracefully
    /// Start nothing more, cancel what is in flight.
    case atOnce
  }

  /// What happened.
  package enum Event: Sendable, Hashable {
    /// The run begins. Comes once; nothing starts before it.
    case started
    /// The requests below this number are ready to be sent.
    case prepared(count: Int)
    /// There will be no more requests than this.
    case exhausted(count: Int)
    /// A request has ended, well or badly; refused means that it never reached the service, as when nobody listens.
    case ended(index: Int, refused: Bool = false)
    /// Time has passed.
    case tick
    /// The run is to stop.
    case stop(Stop)
  }

  /// What to do.
  package enum Action: Sendable, Hashable {
    /// Hand a request to the transport, now.
    case start(Start)
    /// The measurement begins at this instant; it comes before the first measured start.
    case beginMeasurement(at: MonotonicInstant)
    /// Cancel every request in flight.
    case cancelInFlight
    /// All is over; nothing comes after this.
    case finish(LoadEnd)
  }

  /// A request to hand to the transport.
  package struct Start: Sendable, Hashable {
    /// Which one.
    package var index: Int
    /// When the schedule wanted it to start; missing in a closed loop, which has no schedule.
    package var intended: MonotonicInstant?
    /// Which part of the run it belongs to.
    package var phase: RequestRecord.Phase
  }
}
