/// How often each prompt of a load was sent, warm-up requests included.
public struct PromptFigures: Sendable, Hashable, Codable {
  /// How many different prompts were sent.
  public var distinct: Int
  /// How often that of them was sent which was sent least.
  public var fewest: Int
  /// How often that of them was sent which was sent most.
  public var most: Int

  private enum CodingKeys: String, CodingKey {
    case distinct
    case fewest = "fewest_sends"
    case most = "most_sends"
  }
}

/// Counts the sends of each prompt, in memory that is bounded by the number of prompts.
struct PromptSends: Sendable {
  private var counts: [Int: Int] = [:]
  private var isComplete = true

  mutating func add(_ entry: Int?) {
    guard isComplete, let entry else { return }
    counts[entry, default: 0] += 1
    guard counts.count > DatasetDescription.mostCounted else { return }
    (isComplete, counts) = (false, [:])
  }

  var figures: PromptFigures? {
    guard let fewest = counts.values.min(), let most = counts.values.max() else { return nil }
    return PromptFigures(distinct: counts.count, fewest: fewest, most: most)
  }
}
