/// The bytes of a text.
package func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension [UInt8] {
  /// The bytes in one piece, in single bytes, and cut in two at every place.
  package var divisions: [[ArraySlice<UInt8>]] {
    [[self[...]], indices.map { self[$0...$0] }] + indices.map { [self[..<$0], self[$0...]] }
  }

  /// The bytes cut at random places, empty pieces included.
  package func pieces(using generator: inout some RandomNumberGenerator) -> [ArraySlice<UInt8>] {
    let cuts = (0..<Int.random(in: 0...6, using: &generator)).map { _ in Int.random(in: 0...count, using: &generator) }
    let borders = [0] + cuts.sorted() + [count]
    return zip(borders, borders.dropFirst()).map { self[$0..<$1] }
  }
}
