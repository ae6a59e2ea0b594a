/// What must hold in a scenario.
///
/// Whatever a scenario demands, a service must give right responses again when the fault is over; and no probe may say
/// something wrong.
public enum DrillDemand: Sendable, Hashable {
  /// The fault must be noticed by clients; one that is not proves nothing.
  case shows
  /// During the fault the service must be seen in a state.
  case seenAs(ServiceState)
  /// Right responses must come again.
  case recovers
  /// Known answers must be there to tell that nothing was corrupted, and all must be right.
  case keepsData
  /// Probes beside the fault must not fail.
  case sparesNeighbours
  /// Probes must not wait for clients that read or send slowly.
  case holdsUpNobody
  /// Each request of the scenario must end in one of these ways.
  case requests(Set<DrillAttempt.End>)
  /// What was abandoned must leave the server in time: requests and cache are what they were.
  case drains
  /// The service must say that something is wrong: in its log, or to its clients.
  case reports
}

extension DrillDemand {
  /// Each request must be refused with an error.
  public static let refuses = DrillDemand.requests([.refused])
  /// Each request must end, whatever its end, without a broken connection.
  public static let handles = DrillDemand.requests([.refused, .completed, .empty, .timedOut])
  /// Each request must be answered whole.
  public static let completes = DrillDemand.requests([.completed])
  /// Each start must end by itself with an error.
  public static let refusesToStart = DrillDemand.requests([.startFailed])
}
