import { createRoot } from 'react-dom/client';
import '../app/styles.css';
import { ConnectPage } from './connect-page';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element');
createRoot(root).render(<ConnectPage />);
