public import ArgumentParser
public import NPUTestKit

extension TranscriptErrors.Normalization: ExpressibleByArgument {}
