internal import Synchronization

/// What requests were to have repeated, the last few of them: what a service that mixes up its requests could say.
final class RecentQuotes: Sendable {
  private static let limit = 16

  private let quotes = Mutex<[String]>([])

  /// Notes what a request is to have repeated.
  ///
  /// - Returns: The last that another one was; nothing if there was none.
  func exchange(_ quote: String?) -> String? {
    quotes.withLock { quotes in
      let other = quotes.last { $0 != quote }
      if let quote, quotes.last != quote { quotes.append(quote) }
      if quotes.count > Self.limit { quotes.removeFirst() }
      return other
    }
  }
}
