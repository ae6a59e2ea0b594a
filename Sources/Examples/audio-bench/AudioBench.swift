import ArgumentParser
import ExampleSupport

@main
struct AudioBench: AsyncParsableCommand {
  static func main() async { await ExampleStatus.run(Self.self) }
}
