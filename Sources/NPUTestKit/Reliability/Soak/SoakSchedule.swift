internal import NPULoad

/// What decides which request a number means: the journal of a soak holds it, so that a soak goes on with the same.
struct SoakSchedule: Sendable, Hashable, Codable {
  struct Share: Sendable, Hashable, Codable {
    var name: String
    var weight: Double
  }

  var seed: UInt64
  var services: [Share]
  /// The seed of the arrivals, and how they arrive.
  var arrivals: String

  init(_ mix: ServiceMix, _ load: LoadPlan) {
    seed = mix.seed
    services = mix.parts.map { Share(name: $0.name, weight: $0.weight) }
    arrivals = "\(load), seed \(load.seed)"
  }

  /// In what another schedule differs; `nil` if it is the same.
  func difference(from other: SoakSchedule) -> String? {
    func text(_ services: [Share]) -> String { services.map { "\($0.name)=\($0.weight)" }.joined(separator: ",") }
    if services != other.services {
      return "its services are \(text(other.services)), and here \(text(services))"
    }
    if seed != other.seed { return "its seed is \(other.seed), and here \(seed)" }
    if arrivals != other.arrivals { return "its load is \(other.arrivals), and here \(arrivals)" }
    return nil
  }
}
