import { SkeletonRows } from '../components/states';

export function ConnectPage() {
  return <SkeletonRows />;
}
